/*
 * quarantine update: counts errors and deliveries, and appends the state that each address has now.
 * Rows are read in batches, counted under the lock and made safe by one fsync; only then do they
 * come out.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/status.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "lib/rulesdir.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "quarantine/batch.h"
#include "quarantine/command.h"
#include "quarantine/event_row.h"
#include "quarantine/watch.h"
#include "store/canonical.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static const struct option_usage usage = {
    "update [options] [file ...]",
    "Count the errors and deliveries in the rows, and append the columns state and errors.",
    (const struct option_entry *const[]){canonical_option_table, store_option_table,
                                         statedir_option_table, rulesdir_option_table,
                                         filter_option_table, NULL},
};

static const struct stream_spec spec = {
    .key = &key_address,
    .reads = event_columns,
    .adds = (const char *const[]){"state", "errors", NULL},
    .hold = true,
};

struct update {
    struct stream *stream;
    struct store *store;
    struct quarantine_rules rules;
    struct batch batch;
    struct event_row *events; /* one for each row of the batch */
    size_t event_capacity;
    struct watch watch;
    struct buf text, host; /* scratch */
};

static void write_row(struct update *u, size_t row, const struct entry *e, enum entry_state state,
                      bool known)
{
    char errors[24];
    snprintf(errors, sizeof errors, "%jd", (intmax_t)entry_errors_at(e, clock_now()));
    const struct span values[] = {span_of(entry_state_name(state)), span_of(errors)};
    stream_write(u->stream, batch_line(&u->batch, row),
                 known ? values : (const struct span[2]){{0}});
}

/* The event in a row, whose text is borrowed until the next call. */
static struct event event_of(struct update *u, size_t row)
{
    struct span line = batch_line(&u->batch, row);
    return event_row_event(&u->events[row], stream_get_from(u->stream, line, EVENT_TEXT, &u->text),
                           clock_now());
}

static int count_event(struct update *u, size_t row, struct entry *entry)
{
    const struct request *request = &u->batch.states.requests[row];
    int status = store_found(u->store, request, entry);
    if (status != 0 || u->events[row].kind == EVENT_NOTHING)
        return status;
    struct event event = event_of(u, row);
    const struct quarantine_rule *rule = u->events[row].rule;
    bool changed = !event.delivered && watch_holds(&u->watch, request->key, &event, rule, entry);
    if (changed || entry_count(entry, &event, rule))
        store_put_key(u->store, request->key, entry);
    return 0;
}

static int count_row(struct update *u, size_t row, struct entry *entry)
{
    bool known = states_has_address(&u->batch.states, row);
    entry_clear(entry);
    int status = known ? count_event(u, row, entry) : 0;
    enum entry_state state = entry_state_at(entry, clock_now());
    if (status == 0 && known)
        status = states_apply_domain(&u->batch.states, u->store, row, clock_now(), &state);
    if (status != 0)
        return status;
    write_row(u, row, entry, state, known);
    if (!known || state != ENTRY_OK)
        stream_mark_failed(u->stream);
    return 0;
}

/* Shows the guard all rows of the batch, before any of them is counted. */
static int watch_rows(struct update *u, struct entry *entry)
{
    int status = watch_start(&u->watch);
    for (size_t row = 0; status == 0 && row < u->batch.count; row++) {
        const struct request *request = &u->batch.states.requests[row];
        if (!states_has_address(&u->batch.states, row) || u->events[row].kind == EVENT_NOTHING)
            continue;
        /* To parse an entry takes long, and most errors do not need it. */
        entry_clear(entry);
        if (u->events[row].kind == EVENT_DELIVERY || entry_can_die(u->events[row].rule))
            status = store_found(u->store, request, entry);
        if (status != 0)
            break;
        struct event event = event_of(u, row);
        struct span host =
            stream_get_from(u->stream, batch_line(&u->batch, row), EVENT_HOST, &u->host);
        watch_event(&u->watch, request->key, host, &event, u->events[row].rule, entry);
    }
    return status == 0 ? watch_judge(&u->watch, u->store) : status;
}

static int count_rows(struct update *u, bool last)
{
    struct entry entry;
    int status = batch_look_up(&u->batch, u->store);
    if (status == 0 && u->watch.on)
        status = watch_rows(u, &entry);
    for (size_t row = 0; status == 0 && row < u->batch.count; row++)
        status = count_row(u, row, &entry);
    return status == 0 && u->watch.on ? watch_save(&u->watch, last) : status;
}

/* Counts the batch under the lock and makes it safe. The rows come out when the lock is free again:
 * a process that reads them may be slow, or wait for the lock itself. */
static int count_batch(struct update *u, bool last)
{
    if (u->batch.count == 0)
        return 0;
    int status = store_lock(u->store);
    if (status == 0)
        status = count_rows(u, last);
    if (status == 0)
        status = store_commit(u->store);
    if (status == 0)
        watch_report(&u->watch);
    batch_empty(&u->batch);
    return status;
}

static bool has_events(struct stream *s)
{
    if (stream_has(s, EVENT_REASON) || stream_has(s, EVENT_RESULT) || stream_has(s, EVENT_ACTION))
        return true;
    err_at(stream_file(s), stream_line_number(s),
           "the input has no column \"reason\", \"result\" or \"action\"; run bounceclass on it "
           "first");
    return false;
}

/* Adds the row to the batch. A row that is not understood comes out like any other, so that no row
 * is lost, but without a state, and is reported. */
static void add_row(struct update *u)
{
    struct span row[EVENT_COLUMNS];
    bool has[EVENT_COLUMNS];
    struct batch *b = &u->batch;
    for (size_t i = 0; i < EVENT_COLUMNS; i++)
        row[i] = stream_get(u->stream, i), has[i] = stream_has(u->stream, i);
    bool has_address = batch_add(b, u->stream);
    u->events = mem_grow(u->events, &u->event_capacity, b->count, sizeof *u->events);
    const char *why = event_row_read(&u->events[b->count - 1], row, has, &u->rules, clock_now());
    if (!has_address)
        why = "not a valid address; write it as user@example.org";
    if (why == NULL)
        return;
    stream_reject(u->stream, "%s", why);
    states_withdraw(&b->states);
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
            add_row(u);
        if (event != STREAM_ROW || batch_is_full(&u->batch)) {
            status = count_batch(u, event >= STREAM_END);
            status = status == 0 ? stream_flush(u->stream) : status;
        }
    }
    return status;
}

int command_update(int argc, char **argv)
{
    struct update u = {.batch.states.with_domains = true};
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
        status = watch_open(&u.watch, &u.rules);
        if (status == 0)
            status = update_all(&u);
        status = first_failure(status, watch_close(&u.watch, status == 0));
        if (status != 0)
            stream_abandon(u.stream); /* its rows are not safe */
        status = first_failure(status, stream_close(u.stream));
    }
    batch_clear(&u.batch);
    free(u.events);
    buf_clear(&u.text);
    buf_clear(&u.host);
    quarantine_rules_clear(&u.rules);
    return first_failure(status, store_close(u.store));
}
