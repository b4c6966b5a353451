/*
 * quarantine update: counts errors and deliveries, and says the state that each address has now.
 * Rows are taken in batches: under the lock they are counted, made safe by one fsync, and only then
 * given out.
 */
#include "address.h"
#include "book.h"
#include "clock.h"
#include "command.h"
#include "err.h"
#include "hash.h"
#include "rfc3339.h"
#include "rulesdir.h"
#include "stream.h"

#include <stdio.h>
#include <sysexits.h>

enum { BATCH = 1024 * 1024 }; /* bytes of rows that wait for their fsync at the most */

static const struct option_usage usage = {
    "update [options] [file ...]",
    "Count what came back, and add state and errors to each row.",
    (const struct option_entry *const[]){book_option_table, statedir_option_table,
                                         rulesdir_option_table, stream_option_table, NULL},
};

enum want {
    WANT_TYPE,
    WANT_REASON,
    WANT_DETAIL,
    WANT_AT,
    WANT_RESULT,
    WANT_ACTION,
    WANT_MESSAGE_ID,
    WANT_TEXT
};

static const struct stream_spec spec = {
    .keys = (const char *const[]){"address", NULL},
    .wants = (const char *const[]){"type", "reason", "detail", "at", "result", "action",
                                   "message_id", "text", NULL},
    .adds = (const char *const[]){"state", "errors", NULL},
    .hold = true,
};

struct update {
    struct stream *stream;
    struct book *book;
    struct policy policy;
    struct buf address;
};

/* The message id, or time and text; without either an event has no identity. Deliveries need none:
 * clearing twice is clearing. */
static uint64_t identity_of(struct stream *s)
{
    struct span id = stream_get(s, WANT_MESSAGE_ID), at = stream_get(s, WANT_AT);
    uint64_t hash = HASH_START;
    if (id.n > 0)
        hash = hash_more(hash, id);
    else if (at.n > 0)
        hash = hash_more(hash_more(hash_more(hash, at), span_of("\n")), stream_get(s, WANT_TEXT));
    else
        return 0;
    return hash != 0 ? hash : 1;
}

/* An MTA's action that ends a message's journey (RFC 3464 2.3.3), or none said. */
static bool is_final(struct span result, struct span action)
{
    return !span_is(result, "deferred") && !span_is_caseless(action, "delayed") &&
           !span_is_caseless(action, "relayed") && !span_is_caseless(action, "expanded");
}

/* By the row's type, where there is such a column. */
static bool tells_of_address(struct stream *s)
{
    struct span type = stream_get(s, WANT_TYPE);
    return !stream_has(s, WANT_TYPE) || (type.n > 0 && !span_is(type, "ignored"));
}

/* What the row says has happened; false if that is nothing to count. */
static bool read_event(struct stream *s, struct event *e)
{
    struct span result = stream_get(s, WANT_RESULT), action = stream_get(s, WANT_ACTION);
    struct span at = stream_get(s, WANT_AT);
    *e = (struct event){.now = clock_now(),
                        .reason = stream_get(s, WANT_REASON),
                        .detail = stream_get(s, WANT_DETAIL)};
    e->delivered = span_is(result, "sent") || span_is_caseless(action, "delivered");
    e->identity = identity_of(s);
    if (at.n == 0 || !rfc3339_parse(at, &e->time))
        e->time = e->now;
    if (e->delivered)
        return true;
    return e->reason.n > 0 && is_final(result, action) && tells_of_address(s);
}

static void write_row(struct stream *s, const struct entry *e, bool known)
{
    char errors[24];
    snprintf(errors, sizeof errors, "%jd", (intmax_t)entry_errors_at(e, clock_now()));
    const struct span values[] = {span_of(entry_state_name(entry_state_at(e, clock_now()))),
                                  span_of(errors)};
    stream_write(s, stream_line(s), known ? values : (const struct span[2]){{0}});
}

static int count_event(struct update *u, struct entry *entry)
{
    struct event event;
    struct span address = buf_span(&u->address);
    int status = book_find(u->book, address, entry);
    if (status == 0 && read_event(u->stream, &event) &&
        entry_count(entry, &event, policy_find(&u->policy, event.reason, event.detail)))
        book_put(u->book, address, entry);
    return status;
}

static int count_row(struct update *u)
{
    struct entry entry;
    entry_clear(&entry);
    bool known = address_normalise(stream_key(u->stream), &u->address);
    int status = known ? count_event(u, &entry) : 0;
    if (status != 0)
        return status;
    write_row(u->stream, &entry, known);
    if (!known || entry_state_at(&entry, clock_now()) != ENTRY_OK)
        stream_mark_unwell(u->stream);
    return 0;
}

/* Makes the batch safe, then gives it out: when the lock is free again, since whoever reads the
 * rows may be slow, or wait for the lock himself. */
static int end_batch(struct update *u)
{
    int status = book_commit(u->book);
    return status == 0 ? stream_flush(u->stream) : status;
}

static bool has_events(struct stream *s)
{
    if (stream_has(s, WANT_REASON) || stream_has(s, WANT_RESULT) || stream_has(s, WANT_ACTION))
        return true;
    err_at(stream_file(s), stream_line_number(s),
           "no column \"reason\" or \"result\" in the input; let bounceclass add them first");
    return false;
}

static int update_row(struct update *u)
{
    if (!has_events(u->stream))
        return EX_USAGE;
    int status = book_lock(u->book);
    if (status == 0)
        status = count_row(u);
    return status == 0 && stream_waiting(u->stream) >= BATCH ? end_batch(u) : status;
}

static int update_all(struct update *u)
{
    int status = 0;
    enum stream_event event;
    while (status == 0 && (event = stream_next(u->stream)) < STREAM_END)
        status = event == STREAM_PAUSE ? end_batch(u) : update_row(u);
    return status == 0 ? end_batch(u) : status;
}

int command_update(int argc, char **argv)
{
    struct update u = {0};
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    status = policy_load(&u.policy);
    if (status != 0)
        return status;
    status = book_open(&u.book, true);
    u.stream = status == 0 ? stream_open(&spec, argv + operands, &status) : NULL;
    if (u.stream != NULL) {
        status = update_all(&u);
        if (status != 0)
            stream_abandon(u.stream); /* rows that are not safe are not given out */
        int closed = stream_close(u.stream);
        status = status != 0 ? status : closed;
    }
    buf_free(&u.address);
    policy_free(&u.policy);
    int closed = book_close(u.book);
    return status != 0 ? status : closed;
}
