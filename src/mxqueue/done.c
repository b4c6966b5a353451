/*
 * mxqueue done: takes rows back, with their results. A row is found by its id; the rows may come in
 * any order, and one that does not come stays as it was.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/escape.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "mxqueue/command.h"
#include "mxqueue/outcome.h"
#include "mxqueue/queue.h"

#include <sysexits.h>

/* A batch, so that neither memory nor the time under the lock grows with the input. */
enum { ROWS_MOST = 50000, BYTES_MOST = 32 * 1024 * 1024 };

static bool print;

static const struct option_entry own_table[] = {
    {0, "print", OPTION_FLAG, &print, NULL, "print the rows, after they are safe", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "done [options] [file ...]", "Take rows back by their id, with their results.",
    (const struct option_entry *const[]){own_table, queue_keep_option_table, store_option_table,
                                         statedir_option_table, filter_option_table, NULL}};

enum { COLUMN_ID = OUTCOME_COLUMNS };

struct done {
    struct queue queue;
    struct stream *stream;
    struct schema *schema; /* of the input; NULL: not known since the lock was taken */
    /* Of rows that came back without some columns: the schema that the queue had, and that of the
     * row as it is kept then. Both are good while `schema` is. */
    const struct schema *before;
    struct schema *joined;
    struct buf key, line, header;
    bool looked;        /* at the leases, since the lock was taken */
    size_t rows, bytes; /* in the batch */
    uint64_t taken, unchanged;
};

/* A schema that has all columns of both; that of the input if it does. */
static int join_schemas(struct done *d, const struct schema *before)
{
    if (d->before == before && d->joined != NULL)
        return 0;
    d->before = before;
    buf_empty(&d->header);
    schema_join(d->schema, before, &d->header);
    return queue_keep_schema(&d->queue, buf_span(&d->header), &d->joined);
}

/* The row as it came back, with the columns that it had before and did not bring back. */
static int join_row(struct done *d, const struct row *had, struct row *r)
{
    struct schema *before;
    /* Copied: what `had` borrows is gone after the next change of the queue. */
    int status = queue_find_schema(&d->queue, had->schema, &before);
    buf_empty(&d->line);
    if (status == 0)
        schema_join_lines(d->schema, stream_line(d->stream), before, had->line, &d->line);
    if (status == 0)
        status = join_schemas(d, before);
    if (status != 0)
        return status;
    r->line = buf_span(&d->line);
    r->schema = span_of(d->joined->name);
    return 0;
}

/* True if the row is on its way in another pipeline: this copy of it, which was not tried since, is
 * an old one. */
static int is_elsewhere(struct done *d, const struct row *had, const struct row *came,
                        bool *elsewhere)
{
    *elsewhere = false;
    if (row_has_ended(came) || came->attempts > had->attempts || d->queue.leases.count == 0)
        return 0;
    int status = d->looked ? 0 : queue_look_at_leases(&d->queue);
    d->looked = true;
    const struct lease *lease = status == 0 ? leases_cover(&d->queue.leases, had) : NULL;
    *elsewhere = lease != NULL && lease->holder.group != d->queue.self.group;
    return status;
}

static int take_row(struct done *d, const struct row *had, const struct row *came)
{
    struct row r = *had;
    bool elsewhere;
    int status = is_elsewhere(d, had, came, &elsewhere);
    if (status != 0)
        return status;
    if (elsewhere || !outcome_apply(&r, came)) {
        d->unchanged++;
        return 0;
    }
    status = join_row(d, had, &r);
    if (status == 0)
        queue_put_row(&d->queue, buf_span(&d->key), &r);
    d->taken++;
    return status;
}

/* Locks the queue for the first row of a batch. */
static int begin(struct done *d)
{
    int status = queue_lock(&d->queue);
    if (status == 0 && d->schema == NULL)
        status = queue_keep_schema(&d->queue, stream_columns(d->stream), &d->schema);
    return status;
}

/* Finds the row with that id; rejects the row of the input, and sets text->p to NULL, if there is
 * none. */
static int find_row(struct done *d, struct span *text)
{
    struct span hash, address;
    buf_empty(&d->key);
    escape_text(&d->key, stream_get(d->stream, COLUMN_ID));
    *text = span_make(NULL, 0);
    int status = begin(d);
    if (status == 0 && row_split_key(buf_span(&d->key), &hash, &address))
        status = text_store_find(d->queue.store, buf_span(&d->key), text);
    if (status == 0 && text->p == NULL)
        stream_reject(d->stream, "its id is not in the queue; done takes back what due gave out");
    return status;
}

static int work_on_row(struct done *d)
{
    struct span text, values[OUTCOME_COLUMNS];
    struct row had, came = {0};
    for (size_t i = 0; i < OUTCOME_COLUMNS; i++)
        values[i] = stream_get(d->stream, i);
    const char *why = outcome_read(values, clock_now(), &came);
    if (why == NULL && stream_line(d->stream).n > RECORD_LIMIT - 1024)
        why = "too long to be kept";
    if (why != NULL) {
        stream_reject(d->stream, "%s", why);
        return 0;
    }
    int status = find_row(d, &text);
    if (status != 0 || text.p == NULL)
        return status;
    status = queue_read_row(&d->queue, buf_span(&d->key), text, &had);
    if (status == 0)
        status = take_row(d, &had, &came);
    if (came.result != ROW_SENT)
        stream_mark_failed(d->stream);
    if (status == 0 && print)
        stream_write(d->stream, stream_line(d->stream), NULL);
    return status;
}

static bool has_columns(struct done *d)
{
    if (stream_has(d->stream, COLUMN_ID) && stream_has(d->stream, OUTCOME_RESULT))
        return true;
    err_at(stream_file(d->stream), stream_line_number(d->stream),
           "the input has no column \"%s\": give done the rows of mxqueue due, through mxsend",
           stream_has(d->stream, COLUMN_ID) ? "result" : "id");
    return false;
}

static int commit(struct done *d)
{
    d->schema = d->joined = NULL;
    d->rows = d->bytes = 0;
    d->looked = false;
    int status = queue_commit(&d->queue);
    return status == 0 ? stream_flush(d->stream) : status;
}

static int take_all(struct done *d)
{
    int status = 0;
    enum stream_event event;
    while (status == 0 && (event = stream_next(d->stream)) < STREAM_END) {
        if (event == STREAM_ROW && !has_columns(d))
            return EX_USAGE;
        if (event == STREAM_ROW) {
            status = work_on_row(d);
            d->rows++;
            d->bytes += stream_line(d->stream).n;
        }
        if (status == 0 &&
            (event == STREAM_PAUSE || d->rows >= ROWS_MOST || d->bytes >= BYTES_MOST))
            status = commit(d);
    }
    return status == 0 ? commit(d) : status;
}

static int run(struct done *d, char **files)
{
    const struct stream_spec spec = {
        .key = &key_id,
        .reads = (const char *const[]){OUTCOME_NAMES, "id", NULL},
        .hold = true,
        .own_output = !print,
    };
    int status = queue_open(&d->queue, STORE_CHANGE, true);
    if (status == 0)
        d->stream = stream_open(&spec, files, &status);
    if (d->stream != NULL) {
        status = take_all(d);
        if (status != 0)
            stream_abandon(d->stream); /* its rows are not safe */
        if (stream_is_verbose())
            err_say("%ju rows taken back, %ju were known already", (uintmax_t)d->taken,
                    (uintmax_t)d->unchanged);
        status = first_failure(status, stream_close(d->stream));
    }
    return first_failure(status, queue_close(&d->queue));
}

int command_done(int argc, char **argv)
{
    struct done d = {0};
    int operands;
    int status = options_parse("mxqueue", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    status = run(&d, argv + operands);
    buf_clear(&d.key);
    buf_clear(&d.line);
    buf_clear(&d.header);
    return status;
}
