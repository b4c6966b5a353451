/*
 * quarantine import: takes over the addresses in a list: one that list or release printed, or
 * another sender's suppression list, in TSV or CSV. Without --exact, an address that is denied,
 * allowed or already quarantined for longer stays as it is.
 */
#include "base/ascii.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/number.h"
#include "base/status.h"
#include "base/timestamp.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "quarantine/command.h"
#include "quarantine/import_batch.h"
#include "store/canonical.h"
#include "store/store.h"

#include <stdlib.h>
#include <sysexits.h>

static bool exact;

static const struct option_entry own_table[] = {
    {0, "exact", OPTION_FLAG, &exact, NULL,
     "give each address its state in the list, to undo a change", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "import [options] [file ...]",
    "Import the addresses from a list, or from another sender's suppression list.",
    (const struct option_entry *const[]){own_table, canonical_option_table, store_option_table,
                                         statedir_option_table, filter_option_table, NULL}};

enum column {
    COLUMN_STATE,
    COLUMN_REASON,
    COLUMN_DETAIL,
    COLUMN_ERRORS,
    COLUMN_SINCE,
    COLUMN_UNTIL,
    COLUMN_FIRST,
    COLUMN_LAST,
    COLUMN_TEXT,
    COLUMN_COUNTERS,
    COLUMN_STATUSES,                      /* other names of state */
    COLUMN_REASONS = COLUMN_STATUSES + 2, /* other names of reason */
    COLUMN_TIMES = COLUMN_REASONS + 4,    /* other names of since */
    COLUMNS = COLUMN_TIMES + 5,
};

static const char *const reads[COLUMNS + 1] = {"state",
                                               "reason",
                                               "detail",
                                               "errors",
                                               "since",
                                               "until",
                                               "first",
                                               "last",
                                               "text",
                                               "counters",
                                               "status",
                                               "subscription_status",
                                               "type",
                                               "SuppressionReason",
                                               "suppression_reason",
                                               "source",
                                               "created",
                                               "created_at",
                                               "CreatedAt",
                                               "LastUpdateTime",
                                               "timestamp",
                                               NULL};

static const struct stream_spec spec = {
    .key = &key_address,
    .reads = reads,
    .any_case = true,
    .own_output = true,
};

/* What other senders' lists say. The first of these in the text decides. */
struct meaning {
    enum source { IN_ANY, IN_REASON, IN_STATUS } source; /* the kind of column that says so */
    const char *word; /* with a blank at its end if no letter or digit may follow */
    enum entry_state state;
    const char *reason, *detail;
};

static const struct meaning meanings[] = {
    {IN_ANY, "complain", ENTRY_DENIED, "refused", "complaint"},
    {IN_ANY, "spam", ENTRY_DENIED, "refused", "complaint"},
    {IN_ANY, "abuse", ENTRY_DENIED, "refused", "complaint"},
    {IN_ANY, "unsub", ENTRY_DENIED, "unsubscribed", ""},
    {IN_REASON, "manual", ENTRY_DENIED, "by-hand", ""},
    {IN_REASON, "compliance", ENTRY_DENIED, "by-hand", ""},
    {IN_STATUS, "opted", ENTRY_DENIED, "unsubscribed", ""},
    {IN_STATUS, "blocklist", ENTRY_DENIED, "by-hand", ""},
    {IN_STATUS, "blacklist", ENTRY_DENIED, "by-hand", ""},
    {IN_STATUS, "blocked", ENTRY_DENIED, "by-hand", ""},
    {IN_STATUS, "disabled", ENTRY_DENIED, "by-hand", ""},
    {IN_ANY, "hard", ENTRY_QUARANTINED, "user-unknown", ""},
    {IN_ANY, "soft ", ENTRY_OK, "", ""},
    {IN_ANY, "softbounce", ENTRY_OK, "", ""},
    {IN_ANY, "transient", ENTRY_OK, "", ""},
    {IN_ANY, "temporar", ENTRY_OK, "", ""},
    {IN_ANY, "deferred", ENTRY_OK, "", ""},
    {IN_ANY, "delayed", ENTRY_OK, "", ""},
    {IN_ANY, "bounce", ENTRY_QUARANTINED, "user-unknown", ""},
    {IN_STATUS, "cleaned", ENTRY_QUARANTINED, "user-unknown", ""},
    {IN_ANY, "invalid", ENTRY_QUARANTINED, "user-unknown", ""},
    {IN_STATUS, "undeliverable", ENTRY_QUARANTINED, "user-unknown", ""},
    {IN_STATUS, "enabled", ENTRY_OK, "", ""},
    {IN_STATUS, "subscribed", ENTRY_OK, "", ""},
    {IN_STATUS, "active", ENTRY_OK, "", ""},
    {IN_STATUS, "confirmed", ENTRY_OK, "", ""},
    {IN_STATUS, "unconfirmed", ENTRY_OK, "", ""},
    {IN_STATUS, "pending", ENTRY_OK, "", ""},
    {IN_STATUS, "transactional", ENTRY_OK, "", ""},
    {IN_STATUS, "valid", ENTRY_OK, "", ""},
    {IN_STATUS, "deliverable", ENTRY_OK, "", ""},
};

struct import {
    struct store *store;
    struct stream *stream;
    struct import_batch batches[2];
    struct import_batch *reading, *merging;
    struct import_counts counts;
    uint64_t ignored;   /* rows that say nothing about an address */
    struct buf address; /* scratch */
};

/* The first column of a range that is set in the row; empty if none of them is. */
static struct span first_set(struct stream *s, size_t first, size_t end)
{
    struct span value = {0};
    for (size_t i = first; i < end && value.n == 0; i++)
        value = stream_get(s, i);
    return value;
}

static bool begins_with(struct span text, const char *word)
{
    size_t n = strcspn(word, " ");
    return text.n >= n && strncasecmp(text.p, word, n) == 0 &&
           (word[n] == '\0' || !ascii_is_alnum(span_at(text, n)));
}

/* True if a word of the text begins so. */
static bool has_word(struct span text, const char *beginning)
{
    for (size_t i = 0; i < text.n; i++)
        if ((i == 0 || !ascii_is_alnum(text.p[i - 1])) &&
            begins_with(span_make(text.p + i, text.n - i), beginning))
            return true;
    return false;
}

/* Takes over what the text means in a column of that kind, by the first word that `matches`; false
 * if none does. */
static bool apply_meaning(struct entry_facts *f, enum source source, struct span text,
                          bool (*matches)(struct span text, const char *word))
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        const struct meaning *m = &meanings[i];
        if ((m->source != IN_ANY && m->source != source) || !matches(text, m->word))
            continue;
        f->state = m->state;
        f->reason = span_of(m->reason);
        f->detail = span_of(m->detail);
        return true;
    }
    return false;
}

/* Only the beginning of a column `reason` counts, because a server's reply may follow. */
static void read_reason(struct stream *s, struct entry_facts *f)
{
    if (f->reason.n > 0) {
        (void)apply_meaning(f, IN_REASON, f->reason, begins_with);
        return;
    }
    for (size_t i = COLUMN_REASONS; i < COLUMN_TIMES; i++)
        if (apply_meaning(f, IN_REASON, stream_get(s, i), has_word))
            return;
    f->reason = first_set(s, COLUMN_REASONS, COLUMN_TIMES);
}

/* A column `status` may also be that of a reply, such as 5.1.1, which says nothing here. */
static bool read_state(struct stream *s, struct entry_facts *f)
{
    struct span state = first_set(s, COLUMN_STATE, COLUMN_STATE + 1);
    struct span status = first_set(s, COLUMN_STATUSES, COLUMN_REASONS);
    f->state = ENTRY_QUARANTINED;
    if (state.n > 0 && entry_state_find(state, &f->state))
        return true;
    if (state.n == 0)
        state = ascii_is_digit(span_at(status, 0)) ? span_make(NULL, 0) : status;
    if (state.n == 0)
        read_reason(s, f);
    else if (!apply_meaning(f, IN_STATUS, state, has_word)) {
        stream_reject(s, "unknown state; use ok, erroneous, quarantined, allowed or denied");
        return false;
    }
    return true;
}

/* Reads a time, or what it is if it is not set. */
static bool read_time(struct stream *s, struct span text, int64_t unset, int64_t *time_s)
{
    *time_s = unset;
    if (text.n == 0 || timestamp_parse(text, clock_now(), time_s))
        return true;
    stream_reject(s, "a time is not understood; write it as 2026-11-23T10:31:47Z");
    return false;
}

static bool read_times(struct stream *s, struct entry_facts *f)
{
    struct span since = stream_get(s, COLUMN_SINCE), until = stream_get(s, COLUMN_UNTIL);
    if (since.n == 0)
        since = first_set(s, COLUMN_TIMES, COLUMNS);
    if (span_is_caseless(until, "never"))
        until.n = 0;
    return read_time(s, since, clock_now(), &f->since_s) &&
           read_time(s, until, QUARANTINE_NEVER, &f->until_s) &&
           read_time(s, stream_get(s, COLUMN_FIRST), f->since_s, &f->first_s) &&
           read_time(s, stream_get(s, COLUMN_LAST), f->first_s, &f->last_s);
}

static bool read_errors(struct stream *s, struct entry_facts *f)
{
    struct span errors = stream_get(s, COLUMN_ERRORS);
    char digits[24] = "0";
    bool fits = errors.n < sizeof digits;
    if (errors.n > 0 && fits)
        memcpy(digits, errors.p, errors.n), digits[errors.n] = '\0';
    if (fits && memchr(digits, '\0', errors.n) == NULL && number_parse(digits, &f->errors) &&
        f->errors >= 0 && f->errors <= ENTRY_ERRORS)
        return true;
    stream_reject(s, "the number of errors is not a whole number from 0 to %d", ENTRY_ERRORS);
    return false;
}

static bool read_counters(struct stream *s, struct entry_facts *f)
{
    if (!stream_has(s, COLUMN_COUNTERS))
        return true;
    f->counters = stream_get(s, COLUMN_COUNTERS);
    if (f->counters.n == 0)
        f->counters = span_of("-");
    if (entry_facts_have_counters(f->counters))
        return true;
    stream_reject(s, "the counters are not those that list prints; remove the column to import "
                     "without them");
    return false;
}

/* Reads the facts in the row; if they are invalid, rejects the row and returns false. */
static bool read_facts(struct stream *s, struct entry_facts *f)
{
    *f = (struct entry_facts){.reason = stream_get(s, COLUMN_REASON),
                              .detail = stream_get(s, COLUMN_DETAIL),
                              .text = stream_get(s, COLUMN_TEXT)};
    return read_state(s, f) && read_times(s, f) && read_errors(s, f) && read_counters(s, f);
}

/* Only a list of ours says that an address is ok: others' subscribers are nothing to us. */
static bool says_nothing(struct stream *s, const struct entry_facts *f)
{
    return f->state == ENTRY_OK && !span_is(stream_get(s, COLUMN_STATE), "ok");
}

static void import_row(struct import *i)
{
    struct stream *s = i->stream;
    struct entry_facts facts;
    if (!read_facts(s, &facts))
        return;
    bool nothing = says_nothing(s, &facts);
    bool valid = nothing ? canonical_key(stream_key(s), &i->address)
                         : import_batch_add(i->reading, stream_key(s), &facts);
    if (!valid)
        stream_reject(s, "not a valid address; write it as user@example.org");
    else
        i->ignored += nothing;
}

/* Starts to merge the batch that was read, when the one before it is done. */
static int swap_batches(struct import *i)
{
    struct import_batch *done = i->merging;
    int status = import_batch_wait(done);
    if (status == 0)
        import_batch_start(i->reading, i->store, &i->counts);
    i->merging = i->reading;
    i->reading = done;
    return status;
}

static int import_all(struct import *i)
{
    int status = 0;
    enum stream_event event = STREAM_ROW;
    while (status == 0 && event < STREAM_END) {
        event = stream_next(i->stream);
        if (event == STREAM_ROW)
            import_row(i);
        if (event != STREAM_ROW || import_batch_is_full(i->reading))
            status = swap_batches(i);
        if (event != STREAM_ROW && status == 0)
            status = import_batch_wait(i->merging);
    }
    /* After a failure a batch may still be under way. */
    return first_failure(status, import_batch_wait(i->merging));
}

/* Says in one line what was taken as what. */
static void report_taken(const struct import *i)
{
    enum { SHOWN = 12 };
    const struct tally *taken = &i->counts.taken;
    const struct tally_count **sorted = tally_sort(taken, TALLY_BY_TIMES);
    struct buf line = {0};
    uint64_t others = 0;
    for (size_t k = 0; k < taken->counts.count; k++) {
        struct span what = tally_key(sorted[k]);
        if (k >= SHOWN)
            others += sorted[k]->times;
        else
            buf_format(&line, "%ju %.*s, ", (uintmax_t)sorted[k]->times, (int)what.n, what.p);
    }
    if (others > 0)
        buf_format(&line, "%ju others, ", (uintmax_t)others);
    err_say("imported: %s%ju left as they were", buf_string(&line),
            (uintmax_t)(i->counts.kept + i->ignored));
    free(sorted);
    buf_clear(&line);
}

int command_import(int argc, char **argv)
{
    struct import i = {0};
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    i.reading = &i.batches[0];
    i.merging = &i.batches[1];
    i.reading->exact = i.merging->exact = exact;
    status = store_open(&i.store, STORE_BEGIN);
    i.stream = status == 0 ? stream_open(&spec, argv + operands, &status) : NULL;
    if (i.stream != NULL) {
        status = import_all(&i);
        if (status == 0)
            report_taken(&i);
        status = first_failure(status, stream_close(i.stream));
    }
    import_batch_clear(i.reading);
    import_batch_clear(i.merging);
    import_counts_clear(&i.counts);
    buf_clear(&i.address);
    return first_failure(status, store_close(i.store));
}
