/*
 * mxqueue expire: forgets the rows that ended long ago, and the messages and headers that no row
 * needs any more; for cron. It compacts the journal.
 */
#include "base/err.h"
#include "base/mem.h"
#include "lib/statedir.h"
#include "mxqueue/command.h"
#include "mxqueue/message.h"
#include "mxqueue/queue.h"

#include <stdlib.h>
#include <sysexits.h>

static const struct option_usage usage = {
    "expire [options]", "Forget the rows that ended long ago, and compact the journal.",
    (const struct option_entry *const[]){queue_keep_option_table, store_option_table,
                                         statedir_option_table, NULL}};

struct expire {
    struct queue queue;
    struct messages messages;
    struct table hashes, schemas; /* of the rows that are left; the keys are owned */
};

static void note(struct table *t, struct span name)
{
    if (table_get(t, name) != NULL)
        return;
    char *copy = mem_copy(name.p, name.n);
    table_set(t, span_make(copy, name.n), copy);
}

/* The rows sort before the records of messages and headers. */
static int visit_text(void *context, struct span key, struct span text, struct buf *changed)
{
    struct expire *e = context;
    struct span hash, address;
    struct row row;
    if (row_split_key(key, &hash, &address)) {
        int status = queue_read_row(&e->queue, key, text, &row);
        if (status != 0)
            return status;
        note(&e->hashes, hash);
        note(&e->schemas, row.schema);
        return 0;
    }
    const char *colon = memchr(key.p, ':', key.n);
    size_t prefix = colon != NULL ? (size_t)(colon - key.p) + 1 : 0;
    bool message = span_equal(span_make(key.p, prefix), span_of(QUEUE_MESSAGE));
    struct span name = span_make(key.p + prefix, key.n - prefix);
    if (prefix > 0 && table_get(message ? &e->hashes : &e->schemas, name) == NULL)
        buf_add_char(changed, '-');
    return 0;
}

static void free_names(struct table *t)
{
    for (size_t i = 0; i < t->capacity; i++)
        free(t->slots[i].value);
    table_clear(t);
}

static int run(struct expire *e)
{
    int status = queue_lock(&e->queue);
    if (status == 0)
        status = text_store_each(e->queue.store, visit_text, e, true);
    if (status != 0)
        return status;
    status = messages_open(&e->messages, false);
    if (status == 0)
        status = messages_remove_others(&e->messages, &e->hashes);
    status = status == EX_NOINPUT ? 0 : status;
    return first_failure(status, queue_commit(&e->queue));
}

int command_expire(int argc, char **argv)
{
    struct expire e = {.messages.dir.fd = -1};
    int status = command_parse("mxqueue", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = queue_open(&e.queue, STORE_CHANGE, true);
    if (status == 0)
        status = run(&e);
    messages_close(&e.messages);
    free_names(&e.hashes);
    free_names(&e.schemas);
    return first_failure(status, queue_close(&e.queue));
}
