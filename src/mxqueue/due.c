/*
 * mxqueue due: gives out the rows whose time has come, and leases them. Rows whose address may not
 * be written to by now, and rows that are too old, end instead.
 *
 * The first walk finds out what to do with each row. Then the lease and the rows that end are made
 * safe, and only then does the second walk print the rows that the lease covers.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "lib/filter_options.h"
#include "lib/record.h"
#include "lib/statedir.h"
#include "mxqueue/command.h"
#include "mxqueue/message.h"
#include "mxqueue/permission.h"
#include "mxqueue/queue.h"
#include "mxqueue/room.h"
#include "mxqueue/sheet.h"
#include "store/canonical.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    ASKED_MOST = 65536,              /* rows whose addresses are looked up at once */
    ENDINGS_MOST = 32 * 1024 * 1024, /* bytes of rows that end in one commit */
    ENOUGH = -1,                     /* ends a walk: the rest comes in the next one */
};

static int64_t expire_s = 5 * 86400;
static bool no_header, verbose;

static const struct option_entry own_table[] = {
    {0, "expire", OPTION_DURATION, &expire_s, "TIME",
     "end rows that were first tried TIME ago; the default is 5d", 0, 0},
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "do not print a header line", 0, 0},
    {'v', "verbose", OPTION_FLAG, &verbose, NULL, "report how many rows were given out", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "due [options]", "Give out the rows whose time has come, with the columns id and message.",
    (const struct option_entry *const[]){own_table, store_option_table, statedir_option_table,
                                         NULL}};

/* The columns that due adds; `first_at` is left out if no row has been tried. */
enum { OWN_ADDRESS, OWN_ID, OWN_MESSAGE, OWN_FIRST_AT, OWN_COLUMNS };

struct due {
    struct queue queue;
    struct messages messages;
    struct permission permission;
    struct sheet sheet;
    struct writer out;
    int64_t now_s;
    /* Rows of the first walk whose addresses are asked about: borrowed from the store. */
    struct candidate {
        struct span key;
        struct row row;
    } * candidates;
    size_t candidate_count, capacity;
    struct buf endings; /* rows that end: KEY LF TEXT LF */
    uint64_t given, dropped, expired;
    bool tried;              /* a row that is given out has been tried before */
    char hash[ROW_HASH + 1]; /* of the message that was checked last */
    bool message_good;
    int message_status; /* of a message that cannot be given out */
    struct buf path, address, column, canonical, scratch;
};

static void end_row(struct due *d, struct span key, const struct row *r, enum row_result result)
{
    struct row ended = *r;
    ended.result = result;
    ended.next_s = ROW_NO_TIME;
    ended.ended_s = d->now_s;
    buf_add_span(&d->endings, key);
    buf_add_char(&d->endings, '\n');
    row_write(&ended, &d->endings);
    buf_add_char(&d->endings, '\n');
    *(result == ROW_DROPPED ? &d->dropped : &d->expired) += 1;
}

/* Checks the copy of the message of that hash, unless it was checked last. */
static bool has_message(struct due *d, struct span hash)
{
    if (span_is(hash, d->hash))
        return d->message_good;
    int status = messages_check(&d->messages, hash);
    memcpy(d->hash, hash.p, ROW_HASH);
    d->message_good = status == 0;
    d->message_status = first_failure(d->message_status, status);
    buf_empty(&d->path);
    messages_path(&d->messages, hash, &d->path);
    return d->message_good;
}

static int decide(struct due *d, const struct candidate *c, size_t place)
{
    bool may;
    struct schema *schema = NULL;
    int status = permission_get(&d->permission, place, d->now_s, &may);
    if (status == 0 && !may)
        end_row(d, c->key, &c->row, ROW_DROPPED);
    if (status != 0 || !may)
        return status;
    status = queue_find_schema(&d->queue, c->row.schema, &schema);
    if (status != 0)
        return status;
    sheet_add(&d->sheet, schema);
    d->tried = d->tried || c->row.first_s != ROW_NO_TIME;
    d->given++;
    return 0;
}

static int decide_all(struct due *d)
{
    int status = permission_look_up(&d->permission);
    for (size_t i = 0; status == 0 && i < d->candidate_count; i++)
        status = decide(d, &d->candidates[i], i);
    permission_empty(&d->permission);
    d->candidate_count = 0;
    return status == 0 && d->endings.n > ENDINGS_MOST ? ENOUGH : status;
}

static int visit_row(void *context, struct span key, struct span hash, struct span address,
                     const struct row *r)
{
    struct due *d = context;
    if (!row_is_due(r, d->now_s) || leases_cover(&d->queue.leases, r) != NULL)
        return 0;
    if (row_is_too_old(r, d->now_s, expire_s)) {
        end_row(d, key, r, ROW_EXPIRED);
        return d->endings.n > ENDINGS_MOST ? ENOUGH : 0;
    }
    if (!has_message(d, hash))
        return 0;
    if (d->candidate_count == d->capacity)
        d->candidates =
            mem_grow(d->candidates, &d->capacity, d->candidate_count + 1, sizeof *d->candidates);
    d->candidates[d->candidate_count++] = (struct candidate){key, *r};
    permission_ask(&d->permission, address);
    return d->candidate_count == ASKED_MOST ? decide_all(d) : 0;
}

static struct span cut_line(struct span *rest)
{
    const char *lf = memchr(rest->p, '\n', rest->n);
    struct span line = span_make(rest->p, (size_t)(lf - rest->p));
    *rest = span_make(lf + 1, rest->n - line.n - 1);
    return line;
}

static int put_endings(struct due *d)
{
    struct span rest = buf_span(&d->endings);
    int status = 0;
    while (status == 0 && rest.n > 0) {
        struct row row;
        struct span key = cut_line(&rest), text = cut_line(&rest);
        status = queue_read_row(&d->queue, key, text, &row);
        if (status == 0)
            queue_put_row(&d->queue, key, &row);
    }
    buf_empty(&d->endings);
    return status;
}

static int take_lease(struct due *d)
{
    struct queue *q = &d->queue;
    leases_prune(&q->leases);
    if (d->given > 0 && q->leases.count >= LEASES) {
        err_say("%d runs overlap; wait until some of them have ended", LEASES);
        return EX_TEMPFAIL;
    }
    int status = d->given > 0 ? room_check(q->store, d->permission.store) : 0;
    if (status == 0 && d->given > 0) {
        leases_add(&q->leases, queue_change(q), d->now_s, &q->self);
        queue_put_leases(q);
    }
    return status;
}

/* One walk under the lock, and a commit. *more if rows are left that need another walk. */
static int lease_rows(struct due *d, bool *more)
{
    d->given = 0;
    int status = queue_lock(&d->queue);
    if (status == 0)
        status = queue_look_at_leases(&d->queue);
    if (status == 0)
        status = queue_each(&d->queue, visit_row, d);
    if (status == 0)
        status = decide_all(d);
    *more = status == ENOUGH;
    d->candidate_count = 0;
    permission_empty(&d->permission);
    status = status == ENOUGH ? 0 : status;
    if (status == 0)
        status = put_endings(d);
    if (status == 0 && !*more)
        status = take_lease(d);
    return status == 0 ? queue_commit(&d->queue) : status;
}

/* True if the row's column "address" is the address of its id, which the quarantine was asked
 * about. It is another one if add -k took another column, or if the row came back changed. */
static bool has_its_address(struct due *d, const struct schema *schema, const struct row *r,
                            struct span address)
{
    size_t place;
    if (!schema_find(schema, span_of("address"), &place))
        return false;
    struct span value = unescape_field(record_field(r->line, place), &d->column);
    return canonical_address(value, &d->canonical) &&
           span_equal(buf_span(&d->canonical), unescape_field(address, &d->address));
}

static int print_row(void *context, struct span key, struct span hash, struct span address,
                     const struct row *r)
{
    struct due *d = context;
    struct schema *schema;
    if (!leases_last_covers(&d->queue.leases, r) || !has_message(d, hash))
        return 0;
    int status = queue_find_schema(&d->queue, r->schema, &schema);
    if (status != 0)
        return status;
    struct span own[OWN_COLUMNS] = {
        [OWN_ID] = unescape_field(key, &d->scratch), [OWN_MESSAGE] = buf_span(&d->path)};
    if (!has_its_address(d, schema, r, address))
        own[OWN_ADDRESS] = unescape_field(address, &d->address);
    char first[RFC3339_LENGTH + 1];
    if (r->first_s != ROW_NO_TIME) {
        rfc3339_format(r->first_s, first);
        own[OWN_FIRST_AT] = span_of(first);
    }
    if (!sheet_write(&d->sheet, schema, r->line, own, &d->out)) {
        err_say("the queue's row \"%.*s\" does not have its columns; restore the queue.* files",
                (int)key.n, key.p);
        return EX_DATAERR;
    }
    return d->out.status;
}

static int print_rows(struct due *d)
{
    const char *const own[] = {"address", "id", "message", d->tried ? "first_at" : NULL, NULL};
    writer_init(&d->out, STDOUT_FILENO, "stdout");
    sheet_write_header(&d->sheet, own, &d->out, !no_header);
    int status = d->given > 0 ? queue_each(&d->queue, print_row, d) : 0;
    return first_failure(status, writer_close(&d->out));
}

static int run(struct due *d)
{
    bool more = true;
    int status = messages_open(&d->messages, false);
    status = status == EX_NOINPUT ? 0 : status;
    if (status == 0)
        status = permission_open(&d->permission);
    while (status == 0 && more)
        status = lease_rows(d, &more);
    if (status == 0)
        status = print_rows(d);
    if (verbose)
        err_say("%ju rows given out, %ju dropped, %ju expired", (uintmax_t)d->given,
                (uintmax_t)d->dropped, (uintmax_t)d->expired);
    return first_failure(status, d->message_status);
}

static void due_clear(struct due *d)
{
    messages_close(&d->messages);
    sheet_clear(&d->sheet);
    free(d->candidates);
    buf_clear(&d->endings);
    buf_clear(&d->path);
    buf_clear(&d->address);
    buf_clear(&d->column);
    buf_clear(&d->canonical);
    buf_clear(&d->scratch);
}

int command_due(int argc, char **argv)
{
    struct due d = {.messages.dir.fd = -1};
    int status = command_parse("mxqueue", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    d.now_s = clock_now();
    status = queue_open(&d.queue, STORE_CHANGE, false);
    if (status == 0)
        status = run(&d);
    if (d.permission.store != NULL)
        status = first_failure(status, permission_close(&d.permission));
    due_clear(&d);
    return first_failure(status, queue_close(&d.queue));
}
