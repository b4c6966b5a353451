/* How events change an entry: what counts, when it quarantines, what a delivery and time undo. */
#include "store/entry_count.h"

#include "store/entry_held.h"
#include "store/entry_text.h"

#include "tap.h"

enum { DAY = 86400, START = 1000 * DAY };
#define LAST_TIME INT64_C(253402300799) /* the end of 9999, as date -u -d prints it */

static struct entry e;

static const struct quarantine_rule soft = {
    .after = 3, .forget_s = 30 * DAY, .release_s = 30 * DAY, .apart_s = QUARANTINE_NEVER};
static const struct quarantine_rule hard = {.after = 1,
                                            .forget_s = QUARANTINE_NEVER,
                                            .release_s = QUARANTINE_NEVER,
                                            .apart_s = QUARANTINE_NEVER};
static const struct quarantine_rule complaint = {.detail = {"complaint", 9},
                                                 .after = 1,
                                                 .forget_s = QUARANTINE_NEVER,
                                                 .release_s = QUARANTINE_NEVER,
                                                 .apart_s = QUARANTINE_NEVER,
                                                 .deny = true};

/* An error of that many seconds after START. */
static struct event error_at(int64_t s, const char *reason, enum quarantine_type type)
{
    return (struct event){.reason = span_of(reason),
                          .type = type,
                          .time_s = START + s,
                          .now_s = START + 400 * (int64_t)DAY,
                          .identity = (uint64_t)(s + 1)};
}

static bool fails(int64_t s)
{
    const struct event event = error_at(s, "mailbox-full", QUARANTINE_SOFT);
    return entry_count(&e, &event, &soft);
}

static bool dies(int64_t s)
{
    const struct event event = error_at(s, "user-unknown", QUARANTINE_HARD);
    return entry_count(&e, &event, &hard);
}

static bool complains(int64_t s)
{
    struct event event = error_at(s, "refused", QUARANTINE_SOFT);
    event.detail = span_of("complaint");
    return entry_count(&e, &event, &complaint);
}

static bool arrives(int64_t s)
{
    const struct event event = {.time_s = START + s, .now_s = START + s, .delivered = true};
    return entry_count(&e, &event, NULL);
}

/* True if the entry has that state and that many errors. */
static bool is(enum entry_state state, int64_t errors)
{
    bool same = e.state == state && entry_errors(&e) == errors;
    if (!same)
        printf("# %s, %jd errors\n", entry_state_name(e.state), (intmax_t)entry_errors(&e));
    return same;
}

/* Gives the entry three errors, a day apart, which quarantine it for 30 days from day 2. */
static void fill(void)
{
    entry_clear(&e);
    for (int64_t day = 0; day < 3; day++)
        fails(day * DAY);
}

static void test_apart(void)
{
    entry_clear(&e);
    fails(0);
    fails(DAY - 1);
    ok(is(ENTRY_ERRONEOUS, 1), "a soft error less than a day after another one does not count");
    fails(DAY);
    ok(is(ENTRY_ERRONEOUS, 2), "one a day after it counts");
    fails(1 - DAY);
    ok(is(ENTRY_ERRONEOUS, 2), "one between or beside them that is read late does not count");
    fails(-3 * DAY);
    ok(is(ENTRY_QUARANTINED, 3) && e.counters[0].first_s == START - 3 * DAY &&
           e.counters[0].last_s == START + DAY,
       "one that is read late, days before them, counts");
    entry_clear(&e);
    fails(5 * DAY);
    for (int64_t i = 0; i < 4; i++)
        fails(2 * DAY + i);
    ok(is(ENTRY_ERRONEOUS, 2), "of errors that are read late, those of one outage count once");
    entry_clear(&e);
    fails(0);
    fails(10 * DAY);
    for (int64_t i = 0; i < 4; i++)
        fails(5 * DAY + i);
    ok(is(ENTRY_QUARANTINED, 3), "also between two that count");
    entry_clear(&e);
    ok(dies(0) && dies(1) && is(ENTRY_QUARANTINED, 2), "hard errors need not be apart");
}

static void test_forget(void)
{
    entry_clear(&e);
    fails(0);
    fails(30 * DAY);
    ok(is(ENTRY_ERRONEOUS, 2), "errors 30 days apart add up");
    fails(60 * DAY + 1);
    ok(is(ENTRY_ERRONEOUS, 1), "an error more than 30 days after the last one is the first again");
    fails(30 * DAY);
    ok(is(ENTRY_ERRONEOUS, 1), "an error that would have been forgotten by now does not count");
    entry_clear(&e);
    struct event future = error_at(5, "mailbox-full", QUARANTINE_SOFT);
    future.time_s = future.now_s + 100 * (int64_t)DAY;
    ok(entry_count(&e, &future, &soft) && fails(0) && is(ENTRY_ERRONEOUS, 2),
       "a last error in the future makes nothing forgotten");
}

static void test_decide(void)
{
    fill();
    ok(is(ENTRY_QUARANTINED, 3) && e.since_s == START + 2 * DAY && e.until_s == START + 32 * DAY,
       "the third error quarantines for 30 days from then on");
    entry_clear(&e);
    ok(fails(2 * DAY) && fails(DAY) && fails(0) && e.since_s == START + 2 * DAY &&
           e.until_s == START + 32 * DAY,
       "also if the errors are read in another order");
    fails(5 * DAY);
    ok(is(ENTRY_QUARANTINED, 4) && e.until_s == START + 32 * DAY,
       "a later error does not prolong the quarantine");
    dies(6 * DAY);
    ok(is(ENTRY_QUARANTINED, 5) && e.until_s == QUARANTINE_NEVER &&
           strcmp(e.reason, "user-unknown") == 0 && e.since_s == START + 6 * DAY,
       "an error that quarantines for good replaces a quarantine of 30 days");
    fill();
    fails(32 * DAY);
    ok(is(ENTRY_ERRONEOUS, 1), "an error at the end of a quarantine is the first again");
    fill();
    struct event ahead = error_at(32 * DAY, "mailbox-full", QUARANTINE_SOFT);
    ahead.now_s = START + 31 * DAY;
    ok(entry_count(&e, &ahead, &soft) && is(ENTRY_QUARANTINED, 4),
       "but not one that comes earlier, from a clock that is ahead");
    fill();
    complains(3 * DAY);
    ok(is(ENTRY_DENIED, 4) && e.until_s == QUARANTINE_NEVER,
       "a complaint denies a quarantined one");
    entry_clear(&e);
    dies(0);
    complains(3 * DAY);
    ok(is(ENTRY_DENIED, 2), "also one that is quarantined for good");
    dies(4 * DAY);
    ok(is(ENTRY_DENIED, 3) && strcmp(e.reason, "refused") == 0, "a denied one stays denied");
    entry_clear(&e);
    struct event last = error_at(0, "mailbox-full", QUARANTINE_HARD);
    struct quarantine_rule rule = soft;
    rule.after = 1;
    last.time_s = LAST_TIME - 5;
    ok(entry_count(&e, &last, &rule) && e.until_s == LAST_TIME,
       "a quarantine ends in the last year that can be written");
}

static void test_delivery(void)
{
    entry_clear(&e);
    fails(0);
    fails(2 * DAY);
    ok(arrives(DAY) && is(ENTRY_ERRONEOUS, 2), "a delivery before the last error clears nothing");
    ok(arrives(2 * DAY) && is(ENTRY_ERRONEOUS, 2), "nor does one in the same second");
    ok(arrives(2 * DAY + 1) && is(ENTRY_OK, 0), "a delivery clears the errors before it");
    ok(!fails(2 * DAY) && is(ENTRY_OK, 0) && complains(DAY) && is(ENTRY_DENIED, 1),
       "errors before it, but not complaints, say nothing any more");
    entry_clear(&e);
    ok(arrives(5) && e.delivered_s == START + 5 && !arrives(4) && e.delivered_s == START + 5,
       "the latest delivery is known");
    fill();
    ok(arrives(3 * DAY) && is(ENTRY_QUARANTINED, 3), "a delivery does not end a quarantine");
}

static void test_by_hand(void)
{
    for (enum entry_state s = ENTRY_OK; s <= ENTRY_DENIED; s++) {
        bool clears = s == ENTRY_OK || s == ENTRY_ALLOWED;
        if (s == ENTRY_ERRONEOUS)
            continue;
        fill();
        e.held.is_set = true;
        entry_set(&e, s, "by-hand", START + 5 * DAY);
        ok(is(s, s == ENTRY_OK ? 0 : 3) && e.until_s == QUARANTINE_NEVER && !e.held.is_set &&
               (e.cleared_s == START + 5 * DAY) == clears,
           "%s by hand has no end, holds nothing back, and clears what was before or not",
           entry_state_name(s));
    }
    fill();
    entry_set(&e, ENTRY_OK, "", START + 5 * DAY);
    ok(!fails(5 * DAY - 1) && is(ENTRY_OK, 0), "an error from before a release does not count");
    ok(!dies(5 * DAY - 1) && dies(5 * DAY + 1) && is(ENTRY_QUARANTINED, 1), "one after it does");
    fill();
    entry_set(&e, ENTRY_ALLOWED, "", START + 40 * DAY);
    ok(is(ENTRY_ALLOWED, 0), "a quarantine that has ended leaves no errors to one allowed by hand");
    ok(!dies(50 * DAY), "an error does not change an allowed one");
}

static void test_known(void)
{
    entry_clear(&e);
    ok(dies(0) && !dies(0) && is(ENTRY_QUARANTINED, 1), "the same error counts once");
    struct event again = error_at(0, "user-unknown", QUARANTINE_HARD);
    again.identity = 0;
    ok(entry_count(&e, &again, &hard) && entry_count(&e, &again, &hard) && is(ENTRY_QUARANTINED, 3),
       "an error without an identity counts each time");
    entry_clear(&e);
    for (int64_t i = 0; i < ENTRY_HISTORY + 2; i++)
        dies(i);
    ok(e.history_count == ENTRY_HISTORY && e.known_to_s == START + 1 && !dies(0) && !dies(1) &&
           is(ENTRY_QUARANTINED, ENTRY_HISTORY + 2),
       "what the history had to drop is known, up to its very second");
}

static struct quarantine_rule list[] = {
    {.reasons = {"user-unknown", 12}, .type = QUARANTINE_HARD, .after = 1},
    {.reasons = {"user-unknown", 12}, .type = QUARANTINE_SOFT, .after = 3},
    {.reasons = {"mailbox-full", 12}, .type = QUARANTINE_ANY, .after = 3},
};

static void test_expire(void)
{
    struct quarantine_rules rules = {.rules = list, .count = 3, .window_s = 40 * DAY};
    list[0].forget_s = QUARANTINE_NEVER;
    list[1].forget_s = list[2].forget_s = 30 * DAY;
    entry_clear(&e);
    fails(0);
    entry_note(&e, START, "word");
    ok(!entry_expire(&e, &rules, START + 30 * DAY) && is(ENTRY_ERRONEOUS, 1) &&
           entry_expire(&e, &rules, START + 30 * DAY + 1) && is(ENTRY_OK, 0),
       "an error is forgotten after more than 30 days");
    ok(e.history_count == 2 && entry_expire(&e, &rules, START + 40 * DAY + 1) &&
           e.history_count == 1 && e.history[0].identity != 0,
       "the history keeps an error longer than a word");
    ok(!entry_expire(&e, &rules, START + ENTRY_MEMORY_S) &&
           entry_expire(&e, &rules, START + ENTRY_MEMORY_S + 1) && e.history_count == 0 &&
           !fails(0),
       "an error is dropped after a year, and stays known");
    entry_clear(&e);
    const struct event event = error_at(0, "user-unknown", QUARANTINE_SOFT);
    ok(entry_count(&e, &event, &list[1]) && entry_expire(&e, &rules, START + 30 * DAY + 1) &&
           is(ENTRY_OK, 0),
       "a soft error is forgotten though a hard one of its reason never is");
    entry_clear(&e);
    arrives(0);
    ok(!entry_expire(&e, &rules, START + ENTRY_MEMORY_S) &&
           entry_expire(&e, &rules, START + ENTRY_MEMORY_S + 1) && entry_is_empty(&e),
       "a delivery is forgotten after a year");
    fill();
    ok(!entry_expire(&e, &rules, START + 32 * DAY - 1) && is(ENTRY_QUARANTINED, 3) &&
           entry_expire(&e, &rules, START + 32 * DAY) && is(ENTRY_OK, 0),
       "a quarantine ends in the second in which its time is over");
}

static void test_held(void)
{
    struct quarantine_rules rules = {.rules = list, .count = 3};
    list[0].release_s = list[0].apart_s = QUARANTINE_NEVER;
    list[2].release_s = 30 * DAY;
    list[2].apart_s = QUARANTINE_NEVER;
    entry_clear(&e);
    fails(0);
    dies(2 * DAY);
    ok(!entry_take_back(&e, START + 3 * DAY, QUARANTINE_HARD, span_of("x.org"), &rules, START) &&
           is(ENTRY_QUARANTINED, 2),
       "an error that has not quarantined the address is not taken back");
    ok(entry_take_back(&e, START + 2 * DAY, QUARANTINE_HARD, span_of("x.org"), &rules, START) &&
           is(ENTRY_ERRONEOUS, 1) && e.held.is_set && strcmp(e.held.receiver, "x.org") == 0,
       "the error that has quarantined it is taken back, and the others stay");
    entry_confirm(&e, &rules, START + 4 * DAY);
    ok(is(ENTRY_QUARANTINED, 2) && !e.held.is_set && e.since_s == START + 2 * DAY,
       "once confirmed it counts, as of its own time");
    ok(!dies(2 * DAY), "it is known when it is read again");
    const struct event event = error_at(0, "user-unknown", QUARANTINE_HARD);
    entry_clear(&e);
    entry_hold(&e, &event, span_of("x.org"));
    ok(arrives(0) && e.held.is_set && arrives(1) && !e.held.is_set,
       "a delivery drops what was held back before it");
    const struct event later = error_at(5 * DAY, "user-unknown", QUARANTINE_HARD);
    fill();
    ok(entry_would_die(&e, &later, &hard), "an error would quarantine for good what has an end");
    dies(4 * DAY);
    ok(!entry_would_die(&e, &later, &hard), "but not what has none");
}

int main(void)
{
    test_apart();
    test_forget();
    test_decide();
    test_delivery();
    test_by_hand();
    test_known();
    test_expire();
    test_held();
    return done();
}
