/* What update reads in a row: whether it counts, by which rule, and when two rows are one event. */
#include "quarantine/event_row.h"

#include "base/mem.h"

#include "tap.h"

#include <string.h>

#define NOW INT64_C(1793491200)

static struct rulefile file;
static struct quarantine_rules rules;
static struct event_row e;
static const char *why;

/* A column and its value. */
struct value {
    enum event_column column;
    const char *text;
};

/* Reads a row in which the type, the reason and these columns are set. */
static enum event_kind read_row(const char *type, const char *reason, size_t count,
                                const struct value values[])
{
    struct span row[EVENT_COLUMNS] = {{0}};
    bool has[EVENT_COLUMNS] = {false};
    has[EVENT_TYPE] = type != NULL;
    has[EVENT_REASON] = true;
    row[EVENT_TYPE] = span_of(type != NULL ? type : "");
    row[EVENT_REASON] = span_of(reason);
    for (size_t i = 0; i < count; i++) {
        has[values[i].column] = true;
        row[values[i].column] = span_of(values[i].text);
    }
    why = event_row_read(&e, row, has, &rules, NOW);
    return why == NULL ? e.kind : EVENT_NOTHING;
}

/* Reads a hard user-unknown with one column more. */
static enum event_kind with(enum event_column column, const char *text)
{
    return read_row("hard", "user-unknown", 1, &(const struct value){column, text});
}

static uint64_t identity_with(enum event_column column, const char *text)
{
    with(column, text);
    return e.identity;
}

/* The identity of a row with a time and a text. */
static uint64_t identity_at(const char *at, const char *text)
{
    const struct value values[] = {{EVENT_AT, at}, {EVENT_TEXT, text}};
    read_row("hard", "user-unknown", 2, values);
    return e.identity;
}

static void test_outcome(void)
{
    static const char *const pending[] = {"deferred", "dropped", "Delayed", "relayed", "expanded"};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pending / sizeof *pending; i++)
        wrong += with(EVENT_RESULT, pending[i]) != EVENT_NOTHING || why != NULL ||
                 with(EVENT_ACTION, pending[i]) != EVENT_NOTHING || why != NULL;
    ok(wrong == 0, "a message that is still on its way, or was never sent, counts nothing");
    ok(with(EVENT_RESULT, "failed") == EVENT_ERROR &&
           with(EVENT_RESULT, "Expired") == EVENT_ERROR &&
           with(EVENT_ACTION, "bounced") == EVENT_ERROR,
       "one that failed for good is an error");
    ok(with(EVENT_RESULT, "sent") == EVENT_DELIVERY &&
           with(EVENT_ACTION, "delivered") == EVENT_DELIVERY,
       "one that was sent is a delivery");
    with(EVENT_RESULT, "queued");
    ok(why != NULL, "an unknown result is refused");
    with(EVENT_ACTION, "queued");
    ok(why != NULL, "an unknown action is refused");
}

static void test_words(void)
{
    ok(read_row("hard", "User-Unknown", 0, NULL) == EVENT_ERROR && e.rule == &rules.rules[1] &&
           e.type == QUARANTINE_HARD && strcmp(e.reason, "user-unknown") == 0,
       "words are read in any case");
    ok(read_row("soft", "user-unknown", 0, NULL) == EVENT_ERROR && e.rule == NULL,
       "a type without a rule has no rule of another type");
    ok(read_row("", "user-unknown", 0, NULL) == EVENT_NOTHING && why == NULL,
       "a row whose type is not set says nothing");
    ok(read_row(NULL, "user-unknown", 0, NULL) == EVENT_ERROR && e.type == QUARANTINE_HARD &&
           read_row(NULL, "mailbox-full", 0, NULL) == EVENT_ERROR && e.type == QUARANTINE_SOFT &&
           read_row(NULL, "my-own", 0, NULL) == EVENT_ERROR && e.type == QUARANTINE_SOFT,
       "without the column the reason gives the type, or soft");
    read_row("hard", "user-unknwon", 0, NULL);
    ok(why != NULL, "an unknown reason is refused");
    read_row("permanent", "user-unknown", 0, NULL);
    ok(why != NULL, "an unknown type is refused");
    read_row("soft", "refused", 1, &(const struct value){EVENT_DETAIL, "complaints"});
    ok(why != NULL, "an unknown detail is refused if a rule could decide by it");
    ok(with(EVENT_DETAIL, "whatever") == EVENT_ERROR && why == NULL, "else it does not matter");
    ok(read_row("soft", "complaint", 0, NULL) == EVENT_ERROR && e.rule == &rules.rules[0] &&
           read_row("soft", "refused", 1, &(const struct value){EVENT_DETAIL, "Complaint"}) ==
               EVENT_ERROR &&
           e.rule == &rules.rules[0],
       "a complaint is the same in both spellings");
}

static void test_time(void)
{
    ok(with(EVENT_AT, "2026-11-01T01:00:00+01:00") == EVENT_ERROR && e.time_s == NOW,
       "a time is read");
    with(EVENT_AT, "yesterday");
    ok(why != NULL, "a time that is not understood is refused");
    ok(with(EVENT_AT, "1793577600") == EVENT_ERROR, "a time of a day in the future is read");
    with(EVENT_AT, "1793577601");
    ok(why != NULL, "a time that is further in the future is refused");
    ok(with(EVENT_AT, "") == EVENT_ERROR && e.time_s == NOW, "without one it is now");
}

static void test_identity(void)
{
    uint64_t m1 = identity_with(EVENT_MESSAGE_ID, "m1@s");
    ok(m1 != 0 && identity_with(EVENT_MESSAGE_ID, " < m1@s > ") == m1 &&
           identity_with(EVENT_MESSAGE_ID, "<m1@s>") == m1 &&
           identity_with(EVENT_MESSAGE_ID, "m2@s") != m1 &&
           identity_with(EVENT_MESSAGE_ID, "M1@s") != m1,
       "a message id is the same with and without angle brackets");
    const struct value values[] = {
        {EVENT_MESSAGE_ID, "m1@s"}, {EVENT_AT, "2026-11-02"}, {EVENT_TEXT, "550 no"}};
    read_row("hard", "user-unknown", 3, values);
    ok(e.identity == m1, "with a message id, time and text do not matter");
    uint64_t first = identity_at("2026-11-01T00:00:00Z", "550 <Ann@x.org>");
    ok(first != 0 && identity_at("2026-11-01T01:00:00+01:00", "550 <ann@X.org>") == first,
       "without one, the same time and text, in any case, are one event");
    ok(identity_at("2026-11-01T00:00:01Z", "550 <Ann@x.org>") != first &&
           identity_at("2026-11-01T00:00:00Z", "550 <Ann@y.org>") != first,
       "another time or another text is another event");
    ok(identity_with(EVENT_TEXT, "550") == 0,
       "without id and time, nothing tells two events apart");
}

static enum event_kind dns(size_t count, const struct value values[])
{
    struct value all[4] = {{EVENT_DETAIL, "dns"}};
    for (size_t i = 0; i < count; i++)
        all[i + 1] = values[i];
    return read_row("soft", "unreachable", count + 1, all);
}

static void test_failed_here(void)
{
    static const char *const statuses[] = {"timeout", "servfail", "refused"};
    size_t wrong = 0;
    for (size_t i = 0; i < 3; i++)
        wrong += dns(1, &(const struct value){EVENT_MX_STATUS, statuses[i]}) != EVENT_NOTHING;
    ok(wrong == 0 && dns(1, &(const struct value){EVENT_HOST, ""}) == EVENT_NOTHING &&
           dns(1, &(const struct value){EVENT_TEXT, "Name service error"}) == EVENT_NOTHING,
       "a lookup that failed here says nothing");
    ok(dns(0, NULL) == EVENT_ERROR &&
           dns(1, &(const struct value){EVENT_HOST, "mx"}) == EVENT_ERROR &&
           dns(1, &(const struct value){EVENT_IP, "192.0.2.1"}) == EVENT_ERROR &&
           dns(1, &(const struct value){EVENT_CODE, "450"}) == EVENT_ERROR &&
           dns(1, &(const struct value){EVENT_TEXT, "450 4.4.3 DNS"}) == EVENT_ERROR,
       "one that a server reports counts, and so does a row that does not tell");
    const struct value timeout[] = {{EVENT_DETAIL, "timeout"}, {EVENT_MX_STATUS, "timeout"}};
    ok(read_row("soft", "unreachable", 2, timeout) == EVENT_ERROR, "so does any other detail");
}

int main(void)
{
    static const char text[] = "reason refused\ndetail complaint\nafter 1\ndeny\n\n"
                               "reason user-unknown\ntype hard\nafter 1\n\n"
                               "reason mailbox-full unreachable my-own\nafter 3\n";
    struct rule_problem problem;
    if (!ok(rulefile_parse(&file, "test.rules", mem_copy(text, strlen(text)), strlen(text),
                           &problem) &&
                quarantine_rules_add(&rules, &file, &problem),
            "rules are read"))
        return done();
    test_outcome();
    test_words();
    test_time();
    test_identity();
    test_failed_here();
    quarantine_rules_clear(&rules);
    rulefile_clear(&file);
    return done();
}
