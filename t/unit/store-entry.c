/* An entry, its events and its text form. */
#include "store/entry.h"
#include "store/entry_count.h"
#include "store/entry_text.h"

#include "tap.h"

enum { DAY = 86400 };

static const struct quarantine_rule rule = {
    .after = 3, .forget_s = 30 * DAY, .release_s = 30 * DAY};

static bool count(struct entry *e, int64_t time, uint64_t identity)
{
    const struct event event = {
        .reason = span_of("mailbox-full"), .time_s = time, .now_s = time, .identity = identity};
    return entry_count(e, &event, &rule);
}

static void check_round_trip(const struct entry *e, const char *sentence)
{
    struct buf once = {0}, twice = {0};
    static struct entry read;
    entry_write(e, &once);
    bool good = entry_read(&read, buf_span(&once));
    entry_write(&read, &twice);
    ok(good && span_equal(buf_span(&once), buf_span(&twice)),
       "%s is the same after writing and reading", sentence);
    bool cut = false;
    for (size_t n = 0; n + 2 < once.n && n < 16; n++)
        cut |= entry_read(&read, span_make(once.p, n));
    ok(!cut, "%s cut short is not read", sentence);
    buf_clear(&once);
    buf_clear(&twice);
}

static void check_many_events(void)
{
    static struct entry e;
    entry_clear(&e);
    const struct quarantine_rule patient = {.after = 1000000, .forget_s = QUARANTINE_NEVER};
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 1; i <= 3000; i++) {
            const struct event event = {
                .reason = span_of("unreachable"), .time_s = i, .now_s = i, .identity = (uint64_t)i};
            entry_count(&e, &event, &patient);
        }
    ok(entry_errors_at(&e, 0) == 3000, "3,000 events count once if they are read twice");
    check_round_trip(&e, "an entry with many events");
}

int main(void)
{
    static struct entry e;
    entry_clear(&e);
    ok(entry_is_empty(&e), "a cleared entry is empty");
    check_round_trip(&e, "an empty entry");
    ok(count(&e, 1 * DAY, 1) && e.state == ENTRY_ERRONEOUS,
       "the first of 3 errors makes an entry erroneous");
    ok(!count(&e, 1 * DAY, 1), "the same error again changes nothing");
    count(&e, 2 * DAY, 2);
    ok(e.state == ENTRY_ERRONEOUS, "the second error leaves the entry erroneous");
    count(&e, 3 * DAY, 3);
    ok(e.state == ENTRY_QUARANTINED, "the third error quarantines the entry");
    check_round_trip(&e, "a quarantined entry");
    ok(entry_state_at(&e, 33 * DAY - 1) == ENTRY_QUARANTINED,
       "a quarantine holds up to its last second");
    ok(entry_state_at(&e, 33 * DAY) == ENTRY_OK && entry_errors_at(&e, 33 * DAY) == 0,
       "a quarantine is over, and has no errors, at its end");
    count(&e, 34 * DAY, 4);
    ok(e.state == ENTRY_ERRONEOUS && entry_errors_at(&e, 34 * DAY) == 1,
       "an error after a quarantine counts as the first one");
    entry_set(&e, ENTRY_ALLOWED, "by-hand", 35 * DAY);
    ok(!count(&e, 36 * DAY, 5) && e.state == ENTRY_ALLOWED,
       "an error does not change an allowed entry");
    check_round_trip(&e, "an allowed entry");
    entry_set(&e, ENTRY_DENIED, "a\tb", 35 * DAY);
    ok(e.reason[0] == '\0', "a reason that is not a word is left out");
    check_many_events();
    return done();
}
