/*
 * quarantine filter: passes the rows whose address is valid and may be written to.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/status.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "quarantine/batch.h"
#include "quarantine/command.h"
#include "quarantine/seen.h"
#include "store/canonical.h"
#include "store/store.h"

#include <sysexits.h>

static const char *only;
static bool annotate, keep_invalid, once;

/* The state that rows are judged by may be that old if the input does not pause. */
enum { STALE_MS = 1000 };

static const struct option_entry own_table[] = {
    {0, "only", OPTION_TEXT, &only, "STATE",
     "pass the rows in STATE instead (ok, erroneous, quarantined, allowed, denied)", 0, 0},
    {0, "annotate", OPTION_FLAG, &annotate, NULL,
     "pass the rows in any state, and append the column state", 0, 0},
    {0, "once", OPTION_FLAG, &once, NULL, "pass only the first row of each address", 0, 0},
    {0, "keep-invalid", OPTION_FLAG, &keep_invalid, NULL,
     "pass the rows whose address is not valid too, instead of rejecting them", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "filter [options] [file ...]", "Pass the rows whose address is valid and may be written to.",
    (const struct option_entry *const[]){own_table, canonical_option_table, statedir_option_table,
                                         filter_option_table, NULL}};

struct filter {
    struct stream *stream;
    struct store *store;
    struct batch batches[2]; /* one is read while the other is looked up */
    struct batch *reading, *searched;
    bool paused;          /* since the state was refreshed */
    int64_t refreshed_ms; /* on the monotonic clock */
    bool by_state;
    enum entry_state state; /* the state of --only */
    struct seen seen;       /* the addresses so far, for --once */
};

static bool passes(const struct filter *f, enum entry_state state)
{
    if (f->by_state)
        return state == f->state;
    return annotate || (state != ENTRY_QUARANTINED && state != ENTRY_DENIED);
}

/* A row without a valid address is in the batch only if --keep-invalid was given. */
static int filter_row(struct filter *f, const struct batch *b, size_t row)
{
    enum entry_state state = ENTRY_OK;
    bool known = states_has_address(&b->states, row);
    int status = known ? states_get(&b->states, f->store, row, clock_now(), &state) : 0;
    if (status != 0)
        return status;
    if (once && known && !seen_add(&f->seen, b->states.requests[row].key))
        return 0;
    if (passes(f, state)) {
        struct span value = known ? span_of(entry_state_name(state)) : span_make(NULL, 0);
        stream_write(f->stream, batch_line(b, row), &value);
    }
    if (!passes(f, state) || !known)
        stream_mark_failed(f->stream);
    return 0;
}

static int write_done(struct filter *f, struct batch *done)
{
    int status = 0;
    for (size_t row = 0; status == 0 && row < done->count; row++)
        status = filter_row(f, done, row);
    batch_empty(done);
    return status;
}

/* A filter may run for hours, and must judge a row by what is known when it is read. Rows that were
 * looked up are written first, since a refresh drops what was found. */
static int refresh_if_old(struct filter *f, struct batch *done)
{
    int64_t now_ms = clock_monotonic_ms();
    if (!f->paused && now_ms - f->refreshed_ms < STALE_MS)
        return 0;
    int status = write_done(f, done);
    if (status == 0)
        status = store_refresh(f->store);
    f->paused = false;
    f->refreshed_ms = now_ms;
    return status;
}

/* Starts the look-up of the batch that was read, and writes the one before it meanwhile: a sixth
 * less time if all of the state is in memory, a quarter if nothing is. */
static int swap_batches(struct filter *f)
{
    struct batch *done = f->searched, *next = f->reading;
    int status = batch_wait(done);
    if (status == 0 && next->count > 0)
        status = refresh_if_old(f, done);
    if (status == 0)
        batch_start(next, f->store);
    if (status == 0)
        status = write_done(f, done);
    batch_empty(done);
    f->reading = done;
    f->searched = next;
    return status;
}

/* Writes all rows that were read: those of both batches. */
static int filter_rest(struct filter *f)
{
    int status = swap_batches(f);
    return status != 0 ? status : swap_batches(f);
}

static void read_row(struct filter *f)
{
    struct stream *s = f->stream;
    if (keep_invalid) {
        batch_add(f->reading, s);
    } else if (!batch_add_address(f->reading, s)) {
        struct span key = stream_key(s);
        stream_reject(s, "\"%.*s\" is not a valid address; write it as user@example.org",
                      key.n < 100 ? (int)key.n : 100, key.n > 0 ? key.p : "");
    }
}

/* If an entry cannot be read, the rows before it are still written. */
static int filter_all(struct filter *f)
{
    int status = 0;
    enum stream_event event = STREAM_ROW;
    while (status == 0 && event < STREAM_END) {
        event = stream_next(f->stream);
        if (event == STREAM_ROW)
            read_row(f);
        if (event != STREAM_ROW)
            status = filter_rest(f);
        else if (batch_is_full(f->reading))
            status = swap_batches(f);
        if (event == STREAM_PAUSE && status == 0)
            status = stream_flush(f->stream);
        f->paused = f->paused || event == STREAM_PAUSE;
    }
    /* After a failure a look-up may still be under way. */
    return first_failure(status, batch_wait(f->searched));
}

int command_filter(int argc, char **argv)
{
    struct filter f = {0};
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    f.reading = &f.batches[0];
    f.searched = &f.batches[1];
    f.reading->states.with_domains = f.searched->states.with_domains = true;
    seen_init(&f.seen);
    f.by_state = only != NULL;
    f.refreshed_ms = clock_monotonic_ms();
    if (f.by_state && !entry_state_find(span_of(only), &f.state)) {
        err_say("--only is \"%s\"; use ok, erroneous, quarantined, allowed or denied", only);
        return EX_USAGE;
    }
    const struct stream_spec spec = {
        .key = &key_address,
        .adds = (const char *const[]){annotate ? "state" : NULL, NULL},
    };
    status = store_open(&f.store, STORE_READ);
    f.stream = status == 0 ? stream_open(&spec, argv + operands, &status) : NULL;
    if (f.stream != NULL) {
        status = filter_all(&f);
        status = first_failure(status, stream_close(f.stream));
    }
    batch_clear(f.reading);
    batch_clear(f.searched);
    seen_clear(&f.seen);
    return first_failure(status, store_close(f.store));
}
