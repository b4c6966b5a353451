/*
 * mxqueue add: adds the rows of a list to the queue, each with a copy of its message. A row that is
 * there already, with the same message, stays as it is.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "mxqueue/command.h"
#include "mxqueue/message.h"
#include "mxqueue/outcome.h"
#include "mxqueue/queue.h"
#include "store/canonical.h"
#include "store/store.h"

#include <stdlib.h>
#include <sysexits.h>

/* A batch, so that neither memory nor the time under the lock grows with the input. */
enum {
    ROWS_MOST = 250000,
    BYTES_MOST = 64 * 1024 * 1024,
    BYTES_OF_ROW = 256, /* that a row takes besides its line */
};

static const char *message_file;

static const struct option_entry own_table[] = {
    {'m', "message", OPTION_TEXT, &message_file, "FILE",
     "the message of rows without a `message`; it is copied", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "add [options] -m FILE [file ...]", "Add the rows of a list, each with its message.",
    (const struct option_entry *const[]){own_table, canonical_option_table, store_option_table,
                                         statedir_option_table, filter_option_table, NULL}};

enum { COLUMN_MESSAGE = OUTCOME_COLUMNS };

static const struct stream_spec spec = {
    .key = &key_address,
    .reads = (const char *const[]){OUTCOME_NAMES, "message", NULL},
    .own_output = true,
};

/* A row that was read, whose spans are made when the batch is whole. */
struct read_row {
    struct row row;
    struct message *message;
    size_t line, line_length; /* in `lines` */
    size_t key, key_length;   /* in `keys` */
};

struct add {
    struct queue queue;
    struct messages messages;
    struct message *message; /* of -m, or NULL */
    struct stream *stream;
    struct buf address;
    struct buf lines, keys; /* of the batch */
    struct read_row *rows;
    size_t count, capacity;
    struct request *requests; /* one for each row */
    size_t request_capacity;
    uint64_t added, known, ended;
};

static bool check_columns(struct add *a)
{
    if (a->message != NULL || stream_has(a->stream, COLUMN_MESSAGE))
        return true;
    err_at(stream_file(a->stream), stream_line_number(a->stream),
           "no column \"message\": name the message with -m FILE");
    return false;
}

/* Reads the row; NULL, or why it is rejected. */
static const char *read_row(struct add *a, struct row *r, struct message **message)
{
    struct span values[OUTCOME_COLUMNS], path = stream_get(a->stream, COLUMN_MESSAGE);
    *message = a->message;
    for (size_t i = 0; i < OUTCOME_COLUMNS; i++)
        values[i] = stream_get(a->stream, i);
    *r = (struct row){.line = stream_line(a->stream), .added_s = clock_now()};
    if (!canonical_address(stream_key(a->stream), &a->address))
        return "not a valid address; write it as user@example.org";
    if (r->line.n > ROW_LIMIT)
        return "longer than 32 KiB, which leaves no room for the columns that the tools add";
    if (path.n == 0 && a->message == NULL)
        return "no message: name one in the column \"message\", or for all rows with -m";
    if (path.n > 0 && messages_read(&a->messages, path, message) != 0)
        return "its message cannot be read";
    return outcome_read(values, r->added_s, r);
}

/* Puts the row into the batch, or rejects it. */
static void keep_row(struct add *a)
{
    struct read_row r;
    const char *why = read_row(a, &r.row, &r.message);
    if (why != NULL) {
        stream_reject(a->stream, "%s", why);
        return;
    }
    r.line = a->lines.n;
    r.line_length = r.row.line.n;
    buf_add_span(&a->lines, r.row.line);
    r.key = a->keys.n;
    row_key(&a->keys, span_of(r.message->hash), buf_span(&a->address));
    r.key_length = a->keys.n - r.key;
    if (a->count == a->capacity)
        a->rows = mem_grow(a->rows, &a->capacity, a->count + 1, sizeof *a->rows);
    a->rows[a->count++] = r;
}

static bool is_full(const struct add *a)
{
    return a->count >= ROWS_MOST || a->lines.n + a->count * BYTES_OF_ROW >= BYTES_MOST;
}

/* Finds out which of the rows are there already, all in one pass over the files. */
static int look_up(struct add *a)
{
    if (a->request_capacity < a->count)
        a->requests = mem_grow(a->requests, &a->request_capacity, a->count, sizeof *a->requests);
    for (size_t i = 0; i < a->count; i++) {
        const struct read_row *r = &a->rows[i];
        a->requests[i] = (struct request){.key = span_make(a->keys.p + r->key, r->key_length)};
    }
    return store_look_up(a->queue.store, a->requests, a->count);
}

/* A row that comes twice in the batch is found the second time, because it was put then. */
static void add_row(struct add *a, size_t i, const struct schema *schema)
{
    struct read_row *r = &a->rows[i];
    if (store_found_text(a->queue.store, &a->requests[i]).p != NULL) {
        a->known++;
        return;
    }
    r->row.schema = span_of(schema->name);
    r->row.line = span_make(a->lines.p + r->line, r->line_length);
    a->added++;
    a->ended += row_has_ended(&r->row);
    queue_put_row(&a->queue, a->requests[i].key, &r->row);
}

/* A row's columns are known by their names. */
static int check_schema(const struct add *a, const struct schema *schema)
{
    struct span column;
    if (!schema_has_twice(schema, &column))
        return 0;
    err_at(stream_file(a->stream), 1, "two columns are named \"%.*s\"; rename one of them",
           column.n < 100 ? (int)column.n : 100, column.p);
    return EX_DATAERR;
}

/* The copies of the messages are safe before a row that needs them is. */
static int add_rows(struct add *a)
{
    struct schema *schema = NULL;
    int status = queue_lock(&a->queue);
    for (size_t i = 0; status == 0 && i < a->count; i++)
        status = messages_keep(&a->messages, &a->queue, a->rows[i].message);
    if (status == 0)
        status = queue_keep_schema(&a->queue, stream_columns(a->stream), &schema);
    if (status == 0)
        status = check_schema(a, schema);
    if (status == 0)
        status = look_up(a);
    for (size_t i = 0; status == 0 && i < a->count; i++)
        add_row(a, i, schema);
    return status;
}

static int add_batch(struct add *a)
{
    if (a->count == 0)
        return 0;
    int status = add_rows(a);
    if (status == 0)
        status = queue_commit(&a->queue);
    messages_unlock(&a->messages);
    buf_empty(&a->lines);
    buf_empty(&a->keys);
    a->count = 0;
    return status;
}

static int add_all(struct add *a)
{
    int status = 0;
    enum stream_event event = STREAM_ROW;
    while (status == 0 && event < STREAM_END) {
        event = stream_next(a->stream);
        if (event == STREAM_ROW && !check_columns(a))
            return EX_USAGE;
        if (event == STREAM_ROW)
            keep_row(a);
        if (event != STREAM_ROW || is_full(a))
            status = add_batch(a);
    }
    return status;
}

/* A row that is added as ended is not sent: that must not surprise anybody. */
static void tell(const struct add *a)
{
    if (stream_is_verbose())
        err_say("%ju rows added, %ju were in the queue already", (uintmax_t)a->added,
                (uintmax_t)a->known);
    if (a->ended > 0)
        err_say("%ju of the rows that were added have ended already, by their column result, and "
                "will not be sent",
                (uintmax_t)a->ended);
}

/* The ids of the rows keep the case of local parts if the quarantine's state does: opening the
 * state tells canonical_address(). */
static int settle_case(void)
{
    struct store *store;
    int status = store_open(&store, STORE_READ);
    return first_failure(status, store_close(store));
}

static int run(struct add *a, char **files)
{
    int status = queue_open(&a->queue, STORE_BEGIN, false);
    if (status == 0)
        status = settle_case();
    if (status == 0)
        status = messages_open(&a->messages, true);
    if (status == 0 && message_file != NULL)
        status = messages_read(&a->messages, span_of(message_file), &a->message);
    if (status == 0)
        a->stream = stream_open(&spec, files, &status);
    if (a->stream != NULL) {
        status = add_all(a);
        tell(a);
        status = first_failure(status, stream_close(a->stream));
    }
    messages_close(&a->messages);
    return first_failure(status, queue_close(&a->queue));
}

int command_add(int argc, char **argv)
{
    struct add a = {.messages.dir.fd = -1};
    int operands;
    int status = options_parse("mxqueue", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    status = run(&a, argv + operands);
    buf_clear(&a.address);
    buf_clear(&a.lines);
    buf_clear(&a.keys);
    free(a.rows);
    free(a.requests);
    return status;
}
