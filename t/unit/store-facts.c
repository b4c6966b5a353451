/* Entries merged: what a list says, two entries of one address, and the text in the files. */
#include "store/entry_merge.h"

#include "store/canonical.h"
#include "store/entry_join.h"
#include "store/entry_text.h"

#include "tap.h"

enum { DAY = 86400, START = 1000 * DAY };

static struct entry e, other;

static void add_errors(struct entry *to, const char *reason, int64_t errors)
{
    struct counter *c = entry_find_counter(to, span_of(reason));
    c->errors = errors;
    c->first_s = START;
    c->last_s = START + errors * DAY;
}

/* Makes the entry one in that state, from START to `until_s`, with that many errors. */
static void make(struct entry *to, enum entry_state state, int64_t until_s, int64_t errors)
{
    entry_clear(to);
    to->state = state;
    to->since_s = START;
    to->until_s = until_s;
    if (errors > 0)
        add_errors(to, "mailbox-full", errors);
}

static struct entry_facts facts(enum entry_state state, int64_t until_s, int64_t errors)
{
    return (struct entry_facts){.state = state,
                                .reason = span_of("user-unknown"),
                                .since_s = START + 5,
                                .until_s = until_s,
                                .errors = errors,
                                .first_s = START,
                                .last_s = START + DAY};
}

/* True if the facts are taken over an entry in that state. */
static bool takes(enum entry_state state, int64_t until_s, int64_t errors,
                  const struct entry_facts *f)
{
    make(&e, state, until_s, errors);
    bool taken = entry_merge(&e, f, START + DAY);
    return taken && e.state == f->state;
}

static void test_merge(void)
{
    const int64_t month = START + 30 * DAY, never = QUARANTINE_NEVER;
    struct entry_facts for_good = facts(ENTRY_QUARANTINED, never, 1);
    struct entry_facts for_a_month = facts(ENTRY_QUARANTINED, month, 3);
    struct entry_facts longer = facts(ENTRY_QUARANTINED, month + 1, 3);
    struct entry_facts denied = facts(ENTRY_DENIED, never, 0), fine = facts(ENTRY_OK, never, 0);
    struct entry_facts two = facts(ENTRY_ERRONEOUS, never, 2);
    ok(takes(ENTRY_QUARANTINED, month, 3, &for_good) && e.until_s == never,
       "a quarantine for good replaces one of 30 days");
    ok(!takes(ENTRY_QUARANTINED, never, 3, &for_a_month) && e.until_s == never,
       "a quarantine of 30 days does not replace one for good");
    ok(!takes(ENTRY_QUARANTINED, month, 3, &for_a_month) &&
           takes(ENTRY_QUARANTINED, month, 3, &longer),
       "the longer of two quarantines stays");
    ok(takes(ENTRY_QUARANTINED, START + DAY, 3, &two), "one that has ended does not count");
    ok(takes(ENTRY_QUARANTINED, never, 3, &denied) && !takes(ENTRY_DENIED, never, 0, &for_good) &&
           !takes(ENTRY_ALLOWED, never, 0, &denied),
       "denied replaces quarantined, and nothing replaces allowed and denied");
    ok(!takes(ENTRY_ERRONEOUS, never, 2, &two) && takes(ENTRY_ERRONEOUS, never, 1, &two) &&
           takes(ENTRY_OK, never, 0, &two),
       "the larger number of errors stays");
    ok(!takes(ENTRY_QUARANTINED, month, 3, &fine) && !takes(ENTRY_ERRONEOUS, never, 2, &fine) &&
           !takes(ENTRY_QUARANTINED, month, 3, &two),
       "ok and erroneous do not end a quarantine");
}

static void test_counters(void)
{
    struct entry_facts f = facts(ENTRY_QUARANTINED, QUARANTINE_NEVER, 0);
    f.counters = span_of("mailbox-full=2@100,200 unreachable=1@50 cleared@7 delivered@8");
    make(&e, ENTRY_ERRONEOUS, QUARANTINE_NEVER, 3);
    e.cleared_s = 70;
    e.delivered_s = 80;
    ok(entry_merge(&e, &f, START) && entry_errors(&e) == 4 && e.counter_count == 2 &&
           e.counters[0].errors == 3 && e.counters[1].first_s == 50,
       "import keeps the larger number of errors of each reason");
    ok(e.cleared_s == 7 && e.delivered_s == 80, "the list's release and the later delivery hold");
    make(&e, ENTRY_DENIED, QUARANTINE_NEVER, 3);
    e.cleared_s = e.delivered_s = 90;
    entry_restore(&e, &f, START);
    ok(e.state == ENTRY_QUARANTINED && e.counters[0].errors == 2 && entry_errors(&e) == 3 &&
           e.cleared_s == 7 && e.delivered_s == 8,
       "import --exact takes the errors and the times of the list, whatever was there");
    f = facts(ENTRY_ERRONEOUS, QUARANTINE_NEVER, 2);
    make(&e, ENTRY_OK, QUARANTINE_NEVER, 0);
    entry_restore(&e, &f, START);
    ok(entry_errors(&e) == 2 && strcmp(e.counters[0].name, "user-unknown") == 0 &&
           e.reason[0] == '\0',
       "an older list has the errors of one reason");
    ok(!entry_facts_have_counters(span_of("mailbox-full=1@253402300800")) &&
           entry_facts_have_counters(span_of("mailbox-full=1@253402300799")) &&
           !entry_facts_have_counters(span_of("mailbox-full=-1@5")),
       "a counter after the year 9999, or below 0, cannot be read");
}

/* The state of two joined. */
static enum entry_state joined(enum entry_state a, int64_t until_a, enum entry_state b,
                               int64_t until_b)
{
    make(&e, a, until_a, 1);
    make(&other, b, until_b, 1);
    entry_join(&e, &other);
    return e.state;
}

static void test_join(void)
{
    const int64_t never = QUARANTINE_NEVER;
    size_t wrong = 0;
    for (enum entry_state a = ENTRY_OK; a <= ENTRY_DENIED; a++)
        for (enum entry_state b = ENTRY_OK; b <= ENTRY_DENIED; b++)
            wrong += joined(a, never, b, never) != (a > b ? a : b);
    ok(wrong == 0, "of ok, erroneous, quarantined, allowed and denied the last one holds");
    joined(ENTRY_QUARANTINED, START, ENTRY_QUARANTINED, never);
    wrong += e.until_s != never;
    joined(ENTRY_QUARANTINED, never, ENTRY_QUARANTINED, START);
    wrong += e.until_s != never;
    joined(ENTRY_QUARANTINED, START, ENTRY_QUARANTINED, START + 1);
    wrong += e.until_s != START + 1;
    joined(ENTRY_QUARANTINED, START + 1, ENTRY_QUARANTINED, START);
    ok(wrong == 0 && e.until_s == START + 1, "of two quarantines the longer one holds");
    make(&e, ENTRY_ERRONEOUS, never, 2);
    make(&other, ENTRY_ERRONEOUS, never, 3);
    add_errors(&other, "unreachable", 1);
    entry_add_history(&other, 77, START);
    other.known_to_s = 5;
    entry_join(&e, &other);
    ok(entry_errors(&e) == 6 && e.counter_count == 2 && e.counters[0].errors == 5 &&
           e.counters[0].last_s == START + 3 * DAY,
       "errors add up, each reason by itself");
    ok(e.history_count == 1 && e.history[0].identity == 77 && e.known_to_s == 5,
       "what either knows is known");
}

static bool is_written(const char *expected)
{
    struct buf out = {0};
    entry_write(&e, &out);
    bool same = span_is(buf_span(&out), expected) && entry_read(&other, buf_span(&out));
    if (!same)
        printf("# %s\n", buf_string(&out));
    buf_empty(&out);
    entry_write(&other, &out);
    same = same && span_is(buf_span(&out), expected);
    buf_clear(&out);
    return same;
}

static enum entry_state state_of(const char *text, int64_t now_s)
{
    int64_t summary = entry_summarise(span_of(text));
    return summary == ENTRY_UNREADABLE ? ENTRY_DENIED + 1 : entry_summary_state(summary, now_s);
}

static void test_text(void)
{
    entry_clear(&e);
    ok(is_written("ok\t-\t-\t0\t-\t-\t-\t-\t-\t-"), "an empty entry is written and read");
    make(&e, ENTRY_QUARANTINED, 86400, 0);
    e.since_s = 3600;
    entry_set_reason(&e, span_of("mailbox-full"), span_of("quota"));
    add_errors(&e, "mailbox-full", 2);
    e.counters[0].first_s = 60;
    e.counters[0].last_s = 120;
    e.cleared_s = 7;
    e.delivered_s = 8;
    e.known_to_s = 0;
    memcpy(entry_add_history(&e, 0xabc, 120)->what, "w", 2);
    entry_keep_text(&e, span_of("a\tb"));
    ok(is_written(
           "quarantined\tmailbox-full\tquota\t2\t1970-01-01T01:00:00Z\t1970-01-02T00:00:00Z\t"
           "mailbox-full=2@60,120 cleared@7 delivered@8\tabc@120=w\t1970-01-01T00:00:00Z\t"
           "a\\tb"),
       "all that an entry has is written and read");
    e.held = (struct held){.is_set = true, .identity = 0xdef, .time_s = 5, .type = QUARANTINE_SOFT};
    memcpy(e.held.what, "x/y", 4);
    memcpy(e.held.text, "a b", 3);
    e.held.text_length = 3;
    struct buf out = {0};
    entry_write(&e, &out);
    const char *end = memmem(out.p, out.n, "\tdef@5=x/y soft - a b", 21);
    ok(end != NULL && end + 21 == out.p + out.n && entry_read(&other, buf_span(&out)) &&
           other.held.is_set && other.held.identity == 0xdef && other.held.time_s == 5 &&
           other.held.type == QUARANTINE_SOFT && strcmp(other.held.what, "x/y") == 0 &&
           other.held.receiver[0] == '\0' && other.held.text_length == 3,
       "an error that is held back is written and read");
    buf_clear(&out);
    const char *text = "quarantined\tr\t-\t1\t-\t1970-01-02T00:00:00Z\t-\t-\t-\t-";
    ok(state_of(text, 86399) == ENTRY_QUARANTINED && state_of(text, 86400) == ENTRY_OK,
       "the state alone is read as it is at a time");
    ok(state_of("denied\tr\t-\t1\t-\t-", 99999) == ENTRY_DENIED &&
           state_of("denies\tr\t-\t1\t-\t-", 0) > ENTRY_DENIED &&
           state_of("denied\tr\t-\t1\t-", 0) > ENTRY_DENIED &&
           state_of("quarantined\tr\t-\t1\t-\tsoon", 0) > ENTRY_DENIED,
       "a state that is not one is not read");
}

static bool canonical_is(const char *text, const char *expected)
{
    struct buf out = {0};
    bool same = canonical_address(span_of(text), &out) && span_is(buf_span(&out), expected);
    buf_clear(&out);
    return same;
}

static void test_canonical(void)
{
    struct buf out = {0};
    ok(canonical_is("Jo.Do@X.org.", "jo.do@x.org"), "the case of a local part is ignored");
    canonical_set_exact(true);
    ok(canonical_is("Jo.Do@X.org", "Jo.Do@x.org"), "it counts in a state in which case counts");
    canonical_set_exact(false);
    ok(!canonical_address(span_of("Jo"), &out), "what is not an address has no canonical form");
    buf_clear(&out);
}

int main(void)
{
    test_merge();
    test_counters();
    test_join();
    test_text();
    test_canonical();
    return done();
}
