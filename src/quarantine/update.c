/*
 * quarantine update: counts errors and deliveries, and appends the state that each address has now.
 * Rows are read in batches, counted under the lock and made safe by one fsync; only then do they
 * come out.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/rfc3339.h"
#include "base/status.h"
#include "lib/filter_options.h"
#include "lib/rulesdir.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "quarantine/batch.h"
#include "quarantine/command.h"
#include "store/canonical.h"
#include "store/entry_count.h"
#include "store/store.h"

#include <stdio.h>
#include <sysexits.h>

static const struct option_usage usage = {
    "update [options] [file ...]",
    "Count the errors and deliveries in the rows, and append the columns state and errors.",
    (const struct option_entry *const[]){canonical_option_table, store_option_table,
                                         statedir_option_table, rulesdir_option_table,
                                         filter_option_table, NULL},
};

enum column {
    COLUMN_TYPE,
    COLUMN_REASON,
    COLUMN_DETAIL,
    COLUMN_AT,
    COLUMN_RESULT,
    COLUMN_ACTION,
    COLUMN_MESSAGE_ID,
    COLUMN_TEXT,
    COLUMNS
};

static const struct stream_spec spec = {
    .key = KEY_ADDRESS,
    .reads = (const char *const[]){"type", "reason", "detail", "at", "result", "action",
                                   "message_id", "text", NULL},
    .adds = (const char *const[]){"state", "errors", NULL},
    .hold = true,
};

struct update {
    struct stream *stream;
    struct store *store;
    struct quarantine_rules rules;
    struct batch batch;
    struct span row[COLUMNS]; /* the columns of the row at hand */
    struct buf scratch[COLUMNS];
};

static void read_columns(struct update *u, size_t row)
{
    for (size_t i = 0; i < COLUMNS; i++)
        u->row[i] = stream_get_from(u->stream, batch_line(&u->batch, row), i, &u->scratch[i]);
}

/* The hash of the message id or, without one, of time and text; 0 if it has neither id nor time.
 * Deliveries do not need an identity, because they clear errors however often they are read. */
static uint64_t identity_of(const struct span row[COLUMNS])
{
    uint64_t hash = HASH_START;
    if (row[COLUMN_MESSAGE_ID].n > 0)
        hash = hash_more(hash, row[COLUMN_MESSAGE_ID]);
    else if (row[COLUMN_AT].n > 0)
        hash =
            hash_more(hash_more(hash_more(hash, row[COLUMN_AT]), span_of("\n")), row[COLUMN_TEXT]);
    else
        return 0;
    return hash != 0 ? hash : 1;
}

/* False if the action (RFC 3464 section 2.3.3) or the result says that the message is still on its
 * way. */
static bool is_final(struct span result, struct span action)
{
    return !span_is(result, "deferred") && !span_is_caseless(action, "delayed") &&
           !span_is_caseless(action, "relayed") && !span_is_caseless(action, "expanded");
}

/* Rows count as errors unless a column `type` says that they do not. */
static bool is_error_type(const struct update *u)
{
    struct span type = u->row[COLUMN_TYPE];
    return !stream_has(u->stream, COLUMN_TYPE) || (type.n > 0 && !span_is(type, "ignored"));
}

/* Reads the event in the row; false if there is nothing to count. */
static bool read_event(const struct update *u, struct event *e)
{
    struct span result = u->row[COLUMN_RESULT], action = u->row[COLUMN_ACTION];
    *e = (struct event){.now_s = clock_now(),
                        .reason = u->row[COLUMN_REASON],
                        .detail = u->row[COLUMN_DETAIL],
                        .text = u->row[COLUMN_TEXT],
                        .identity = identity_of(u->row)};
    e->delivered = span_is(result, "sent") || span_is_caseless(action, "delivered");
    if (u->row[COLUMN_AT].n == 0 || !rfc3339_parse(u->row[COLUMN_AT], &e->time_s))
        e->time_s = e->now_s;
    if (e->delivered)
        return true;
    return e->reason.n > 0 && is_final(result, action) && is_error_type(u);
}

static void write_row(struct update *u, size_t row, const struct entry *e, bool known)
{
    char errors[24];
    snprintf(errors, sizeof errors, "%jd", (intmax_t)entry_errors_at(e, clock_now()));
    const struct span values[] = {span_of(entry_state_name(entry_state_at(e, clock_now()))),
                                  span_of(errors)};
    stream_write(u->stream, batch_line(&u->batch, row),
                 known ? values : (const struct span[2]){{0}});
}

static int count_event(struct update *u, size_t row, struct entry *entry)
{
    struct event event;
    const struct request *request = &u->batch.requests[row];
    int status = store_found(u->store, request, entry);
    read_columns(u, row);
    if (status == 0 && read_event(u, &event) &&
        entry_count(entry, &event, quarantine_rules_find(&u->rules, event.reason, event.detail)))
        store_put_key(u->store, request->key, entry);
    return status;
}

static int count_row(struct update *u, size_t row, struct entry *entry)
{
    bool known = batch_has_address(&u->batch, row);
    entry_clear(entry);
    int status = known ? count_event(u, row, entry) : 0;
    if (status != 0)
        return status;
    write_row(u, row, entry, known);
    if (!known || entry_state_at(entry, clock_now()) != ENTRY_OK)
        stream_mark_failed(u->stream);
    return 0;
}

static int count_rows(struct update *u)
{
    struct entry entry;
    int status = batch_look_up(&u->batch, u->store);
    for (size_t row = 0; status == 0 && row < u->batch.count; row++)
        status = count_row(u, row, &entry);
    return status;
}

/* Counts the batch under the lock and makes it safe. The rows come out when the lock is free again:
 * a process that reads them may be slow, or wait for the lock itself. */
static int count_batch(struct update *u)
{
    if (u->batch.count == 0)
        return 0;
    int status = store_lock(u->store);
    if (status == 0)
        status = count_rows(u);
    if (status == 0)
        status = store_commit(u->store);
    batch_empty(&u->batch);
    return status;
}

static bool has_events(struct stream *s)
{
    if (stream_has(s, COLUMN_REASON) || stream_has(s, COLUMN_RESULT) ||
        stream_has(s, COLUMN_ACTION))
        return true;
    err_at(stream_file(s), stream_line_number(s),
           "the input has no column \"reason\", \"result\" or \"action\"; run bounceclass on it "
           "first");
    return false;
}

static int update_all(struct update *u)
{
    int status = 0;
    enum stream_event event = STREAM_ROW;
    while (status == 0 && event < STREAM_END) {
        event = stream_next(u->stream);
        if (event == STREAM_ROW && !has_events(u->stream))
            return EX_USAGE;
        if (event == STREAM_ROW)
            batch_add(&u->batch, u->stream);
        if (event != STREAM_ROW || batch_is_full(&u->batch)) {
            status = count_batch(u);
            status = status == 0 ? stream_flush(u->stream) : status;
        }
    }
    return status;
}

int command_update(int argc, char **argv)
{
    struct update u = {0};
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    status = quarantine_rules_load(&u.rules);
    if (status != 0)
        return status;
    status = store_open(&u.store, STORE_BEGIN);
    u.stream = status == 0 ? stream_open(&spec, argv + operands, &status) : NULL;
    if (u.stream != NULL) {
        status = update_all(&u);
        if (status != 0)
            stream_abandon(u.stream); /* its rows are not safe */
        status = first_failure(status, stream_close(u.stream));
    }
    batch_clear(&u.batch);
    for (size_t i = 0; i < COLUMNS; i++)
        buf_clear(&u.scratch[i]);
    quarantine_rules_clear(&u.rules);
    return first_failure(status, store_close(u.store));
}
