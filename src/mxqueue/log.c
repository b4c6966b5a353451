/*
 * mxqueue log: prints the rows that have ended, with all columns that they came back with, as TSV.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/timestamp.h"
#include "lib/statedir.h"
#include "mxqueue/command.h"
#include "mxqueue/listing.h"
#include "mxqueue/message.h"
#include "mxqueue/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

static const char *since;
static bool no_header;

static const struct option_entry own_table[] = {
    {0, "since", OPTION_TEXT, &since, "TIME", "choose rows that ended at TIME or later", 0, 0},
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "do not print a header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "log [options]", "Print the rows that have ended, sorted by message and address, as TSV.",
    (const struct option_entry *const[]){own_table, listing_option_table, statedir_option_table,
                                         NULL}};

enum {
    OWN_ADDRESS,
    OWN_ID,
    OWN_MESSAGE,
    OWN_RESULT,
    OWN_FIRST_AT,
    OWN_ADDED_AT,
    OWN_ENDED_AT,
    OWN_COLUMNS
};

static const char *const own_names[] = {"address",  "id",       "message",  "result",
                                        "first_at", "added_at", "ended_at", NULL};

struct log {
    struct queue queue;
    struct messages messages;
    struct sheet sheet;
    struct writer out;
    char hash[ROW_HASH + 1];
    int64_t since_s;
    struct buf path, address, id;
};

static bool is_chosen(const struct log *l, struct span hash, const struct row *r)
{
    return row_has_ended(r) && r->ended_s >= l->since_s &&
           strncmp(hash.p, l->hash, strlen(l->hash)) == 0;
}

static int note_row(void *context, struct span key, struct span hash, struct span address,
                    const struct row *r)
{
    struct log *l = context;
    struct schema *schema;
    (void)key;
    (void)address;
    if (!is_chosen(l, hash, r))
        return 0;
    int status = queue_find_schema(&l->queue, r->schema, &schema);
    if (status == 0)
        sheet_add(&l->sheet, schema);
    return status;
}

static int print_row(void *context, struct span key, struct span hash, struct span address,
                     const struct row *r)
{
    struct log *l = context;
    struct schema *schema;
    size_t place;
    char first[RFC3339_LENGTH + 1], added[RFC3339_LENGTH + 1], ended[RFC3339_LENGTH + 1];
    if (!is_chosen(l, hash, r))
        return 0;
    int status = queue_find_schema(&l->queue, r->schema, &schema);
    if (status != 0)
        return status;
    buf_empty(&l->path);
    messages_path(&l->messages, hash, &l->path);
    const struct span own[OWN_COLUMNS] = {[OWN_ADDRESS] =
                                              schema_find(schema, span_of("address"), &place)
                                                  ? span_make(NULL, 0)
                                                  : unescape_field(address, &l->address),
                                          [OWN_ID] = unescape_field(key, &l->id),
                                          [OWN_MESSAGE] = buf_span(&l->path),
                                          [OWN_RESULT] = span_of(row_result_name(r->result)),
                                          [OWN_FIRST_AT] = listing_time(r->first_s, first),
                                          [OWN_ADDED_AT] = listing_time(r->added_s, added),
                                          [OWN_ENDED_AT] = listing_time(r->ended_s, ended)};
    if (sheet_write(&l->sheet, schema, r->line, own, &l->out))
        return l->out.status;
    err_say("the queue's row \"%.*s\" does not have its columns; restore the queue.* files",
            (int)key.n, key.p);
    return EX_DATAERR;
}

static int print_all(struct log *l)
{
    int status = messages_open(&l->messages, false);
    status = status == EX_NOINPUT ? 0 : status;
    if (status == 0)
        status = queue_each(&l->queue, note_row, l);
    if (status != 0)
        return status;
    writer_init(&l->out, STDOUT_FILENO, "stdout");
    sheet_write_header(&l->sheet, own_names, &l->out, !no_header);
    status = queue_each(&l->queue, print_row, l);
    return first_failure(status, writer_close(&l->out));
}

static int read_since(struct log *l)
{
    l->since_s = INT64_MIN;
    if (since == NULL || timestamp_parse(span_of(since), clock_now(), &l->since_s))
        return 0;
    err_say("--since is \"%s\"; use a time such as 2026-11-23T10:00:00Z, or a day", since);
    return EX_USAGE;
}

int command_log(int argc, char **argv)
{
    struct log l = {.messages.dir.fd = -1};
    int status = command_parse("mxqueue", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = first_failure(read_since(&l), listing_hash(l.hash));
    if (status != 0)
        return status;
    status = queue_open(&l.queue, STORE_READ, false);
    if (status == 0)
        status = print_all(&l);
    messages_close(&l.messages);
    sheet_clear(&l.sheet);
    buf_clear(&l.path);
    buf_clear(&l.address);
    buf_clear(&l.id);
    return first_failure(status, queue_close(&l.queue));
}
