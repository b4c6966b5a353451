/*
 * mxqueue stats: counts the rows of the queue by state, by result and by message, as TSV.
 */
#include "base/escape.h"
#include "base/tally.h"
#include "base/writer.h"
#include "lib/statedir.h"
#include "mxqueue/command.h"
#include "mxqueue/listing.h"

#include <stdlib.h>
#include <unistd.h>

static bool no_header;

static const struct option_entry own_table[] = {
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "do not print a header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "stats [options]", "Count the rows by state, by result, and by message and state.",
    (const struct option_entry *const[]){own_table, listing_option_table, statedir_option_table,
                                         NULL}};

enum kind { BY_STATE, BY_RESULT, BY_MESSAGE, KINDS };
static const char *const kind_names[] = {"state", "result", "message"};

struct stats {
    struct queue queue;
    struct tally tallies[KINDS];
    struct buf key;
    char hash[ROW_HASH + 1];
};

static int count_row(void *context, struct span key, struct span hash, struct span address,
                     const struct row *r)
{
    struct stats *s = context;
    const char *state = listing_state(&s->queue, r);
    (void)key;
    (void)address;
    if (strncmp(hash.p, s->hash, strlen(s->hash)) != 0)
        return 0;
    tally_add(&s->tallies[BY_STATE], span_of(state), 1);
    tally_add(&s->tallies[BY_RESULT],
              span_of(r->result == ROW_UNTRIED ? "-" : row_result_name(r->result)), 1);
    buf_empty(&s->key);
    buf_format(&s->key, "%.*s %s", (int)hash.n, hash.p, state);
    tally_add(&s->tallies[BY_MESSAGE], buf_span(&s->key), 1);
    return 0;
}

/* The file that a message was added from, unescaped in the record's third field; a blank and the
 * name follow the hash and the state. */
static int add_file(struct stats *s, struct span value, struct buf *line)
{
    struct span text;
    buf_empty(&s->key);
    buf_add_string(&s->key, QUEUE_MESSAGE);
    buf_add(&s->key, value.p, ROW_HASH);
    int status = text_store_find(s->queue.store, buf_span(&s->key), &text);
    if (status == 0 && text.p != NULL) {
        buf_add_char(line, ' ');
        buf_add_span(line, record_field(text, 2));
    }
    return status;
}

static int write_kind(struct stats *s, enum kind kind, struct writer *out)
{
    const struct tally *t = &s->tallies[kind];
    const struct tally_count **sorted =
        tally_sort(t, kind == BY_MESSAGE ? TALLY_BY_KEY : TALLY_BY_TIMES);
    int status = 0;
    for (size_t i = 0; status == 0 && i < t->counts.count; i++) {
        struct buf *line = writer_line(out);
        buf_format(line, "%s\t%.*s", kind_names[kind], (int)sorted[i]->n, sorted[i]->key);
        if (kind == BY_MESSAGE)
            status = add_file(s, tally_key(sorted[i]), line);
        buf_format(line, "\t%ju", (uintmax_t)sorted[i]->times);
        writer_end_line(out);
    }
    free(sorted);
    return status;
}

static int write_stats(struct stats *s)
{
    struct writer out;
    int status = 0;
    writer_init(&out, STDOUT_FILENO, "stdout");
    if (!no_header) {
        buf_add_string(writer_line(&out), "by\tvalue\trows");
        writer_end_line(&out);
    }
    for (enum kind k = BY_STATE; status == 0 && k < KINDS; k++)
        status = write_kind(s, k, &out);
    return first_failure(status, writer_close(&out));
}

int command_stats(int argc, char **argv)
{
    struct stats s = {0};
    int status = command_parse("mxqueue", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = listing_hash(s.hash);
    if (status != 0)
        return status;
    status = queue_open(&s.queue, STORE_READ, false);
    if (status == 0)
        status = queue_look_at_leases(&s.queue);
    if (status == 0)
        status = queue_each(&s.queue, count_row, &s);
    if (status == 0)
        status = write_stats(&s);
    for (enum kind k = BY_STATE; k < KINDS; k++)
        tally_clear(&s.tallies[k]);
    buf_clear(&s.key);
    return first_failure(status, queue_close(&s.queue));
}
