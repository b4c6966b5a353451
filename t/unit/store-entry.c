/* An entry, its events and its text form. */
#include "store/entry.h"
#include "store/entry_count.h"
#include "store/entry_held.h"
#include "store/entry_merge.h"
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

static const struct quarantine_rule deadly = {
    .after = 1, .forget_s = QUARANTINE_NEVER, .release_s = QUARANTINE_NEVER};

static struct event dead_at(int64_t time_s)
{
    return (struct event){.reason = span_of("user-unknown"),
                          .text = span_of("550 5.1.1 -\t=@ who?"),
                          .type = QUARANTINE_HARD,
                          .time_s = time_s,
                          .now_s = time_s,
                          .identity = 7};
}

static void check_held(void)
{
    static struct entry e;
    const struct event event = dead_at(5 * DAY);
    entry_clear(&e);
    ok(entry_would_die(&e, &event, &deadly), "a first hard error would quarantine");
    ok(!entry_would_die(&e, &event, &rule), "the first of three errors would not quarantine");
    entry_hold(&e, &event, span_of("x.org"));
    ok(e.state == ENTRY_OK && !entry_is_empty(&e), "an entry with an error held back is ok");
    check_round_trip(&e, "an error held back");
    ok(!entry_would_die(&e, &event, &deadly), "an error that is held back is known");
    struct event delivery = {.delivered = true, .time_s = 5 * DAY - 1};
    entry_count(&e, &delivery, NULL);
    ok(e.held.is_set, "an earlier delivery leaves an error held back");
    delivery.time_s = 5 * DAY + 1;
    entry_count(&e, &delivery, NULL);
    ok(!e.held.is_set, "a later delivery drops an error held back");
    check_round_trip(&e, "an entry with a delivery");
}

static void check_older(void)
{
    static struct entry e;
    struct event event = dead_at(5 * DAY);
    entry_clear(&e);
    entry_set(&e, ENTRY_ALLOWED, "", 5 * DAY);
    entry_set(&e, ENTRY_QUARANTINED, "", 6 * DAY);
    check_round_trip(&e, "an entry that was allowed");
    event.time_s = 5 * DAY - 1;
    ok(!entry_count(&e, &event, &deadly), "an error from before an allow does not count");
    event.time_s = 5 * DAY;
    ok(entry_count(&e, &event, &deadly), "an error of the same second counts");
}

static void check_soft(void)
{
    static struct entry e;
    struct event event = dead_at(DAY);
    entry_clear(&e);
    event.type = QUARANTINE_SOFT;
    const struct quarantine_rule plain = {
        .after = 3, .forget_s = 30 * DAY, .apart_s = QUARANTINE_NEVER};
    for (int64_t i = 0; i < 5; i++) {
        event.time_s = DAY + i * 6 * 3600;
        event.identity = (uint64_t)i + 1;
        entry_count(&e, &event, &plain);
    }
    ok(entry_errors_at(&e, 0) == 2, "soft errors are a day apart if the rule does not say");
}

static void check_counters(void)
{
    static const char *const good[] = {"-", "a=1@5", "a=1@5,6 b/c=2@-7 cleared@9 delivered@10",
                                       "cleared=1@5"};
    static const char *const bad[] = {
        "a",       "a=",     "a=1",    "a=1@",       "a=-1@5", "a=1@5,",   "cleared@",
        "other@5", "a=x@5",  "a=1@5x", "a=1@5 b=1@", "=1",     "a=1@1e12", "a=1@999999999999",
        "=1@5",    "/a=1@5", "a/=1@5", "a\\b=1@5",   "a\1=1@5"};
    static struct entry e;
    struct buf out = {0};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        entry_clear(&e);
        buf_empty(&out);
        bool read = entry_read_counters(&e, span_of(good[i]));
        entry_write_counters(&e, &out);
        ok(read && span_is(buf_span(&out), good[i]), "the counters %s are read", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        entry_clear(&e);
        ok(!entry_read_counters(&e, span_of(bad[i])), "the counters %s are not read", bad[i]);
    }
    ok(entry_read_counters(&e, span_of("a=99999999999999999999@5")) &&
           e.counters[0].errors == ENTRY_ERRORS,
       "a number of errors that is too large is the largest");
    buf_clear(&out);
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
    check_held();
    check_older();
    check_soft();
    check_counters();
    return done();
}
