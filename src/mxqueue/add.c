/*
 * mxqueue add: adds the rows of a list to the queue, each with a copy of its message. A row that is
 * there already, with the same message, stays as it is.
 */
#include "base/clock.h"
#include "base/err.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "mxqueue/command.h"
#include "mxqueue/message.h"
#include "mxqueue/outcome.h"
#include "mxqueue/queue.h"
#include "store/canonical.h"

#include <sysexits.h>

/* Rows in a batch, so that neither memory nor the time under the lock grows with the input. */
enum { BATCH = 250000 };

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

struct add {
    struct queue queue;
    struct messages messages;
    struct message *message; /* of -m, or NULL */
    struct stream *stream;
    struct schema *schema; /* of the input; NULL: not known since the lock was taken */
    struct buf address, key;
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

/* Locks the queue for the first row of a batch. */
static int begin(struct add *a)
{
    int status = queue_lock(&a->queue);
    if (status == 0 && a->schema == NULL)
        status = queue_keep_schema(&a->queue, stream_columns(a->stream), &a->schema);
    return status;
}

static int add_row(struct add *a)
{
    struct row row;
    struct message *message;
    struct span there;
    const char *why = read_row(a, &row, &message);
    if (why != NULL) {
        stream_reject(a->stream, "%s", why);
        return 0;
    }
    buf_empty(&a->key);
    row_key(&a->key, span_of(message->hash), buf_span(&a->address));
    int status = begin(a);
    if (status == 0)
        status = messages_keep(&a->messages, &a->queue, message);
    if (status == 0)
        status = text_store_find(a->queue.store, buf_span(&a->key), &there);
    if (status != 0)
        return status;
    if (there.p != NULL) {
        a->known++;
        return 0;
    }
    row.schema = span_of(a->schema->name);
    a->added++;
    a->ended += row_has_ended(&row);
    queue_put_row(&a->queue, buf_span(&a->key), &row);
    return 0;
}

static int commit(struct add *a)
{
    a->schema = NULL;
    messages_unlock(&a->messages);
    return queue_commit(&a->queue);
}

static int add_all(struct add *a)
{
    int status = 0;
    size_t rows = 0;
    enum stream_event event;
    while (status == 0 && (event = stream_next(a->stream)) < STREAM_END) {
        if (event == STREAM_ROW && !check_columns(a))
            return EX_USAGE;
        if (event == STREAM_ROW)
            status = add_row(a);
        if (status == 0 && (event == STREAM_PAUSE || ++rows % BATCH == 0))
            status = commit(a);
    }
    return status == 0 ? commit(a) : status;
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

static int run(struct add *a, char **files)
{
    int status = queue_open(&a->queue, STORE_BEGIN, false);
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
    buf_clear(&a.key);
    return status;
}
