/*
 * row, outcome, lease: the text of a row, what mxsend tells of a try, and which rows a lease
 * covers.
 */
#include "mxqueue/lease.h"
#include "mxqueue/outcome.h"

#include "lib/record.h"
#include "tap.h"

enum { NOW = 1795392000 }; /* 2026-11-23T00:00:00Z */

static const char text[] = "7\tdeferred\t2026-11-23T00:15:00Z\t2026-11-22T00:00:00Z\t2\t"
                           "2026-11-21T00:00:00Z\t-\t0123456789abcdef\ta@x.org\tAnna";

static void test_text(void)
{
    struct row r;
    struct buf out = {0};
    ok(row_read(&r, span_of(text)) && r.change == 7 && r.result == ROW_DEFERRED &&
           r.next_s == NOW + 900 && r.first_s == NOW - 86400 && r.attempts == 2 &&
           r.added_s == NOW - 2 * 86400 && r.ended_s == ROW_NO_TIME &&
           span_is(r.line, "a@x.org\tAnna"),
       "the text of a row is read");
    row_write(&r, &out);
    ok(span_is(buf_span(&out), text), "the text of a row is written as it was");
    buf_clear(&out);
    const char *const wrong[] = {"",
                                 "7",
                                 "7\tdeferred",
                                 "x\t-\t-\t-\t0\t-\t-\t0123456789abcdef\ta@x.org",
                                 "7\tlost\t-\t-\t0\t-\t-\t0123456789abcdef\ta@x.org",
                                 "7\t-\tsoon\t-\t0\t-\t-\t0123456789abcdef\ta@x.org",
                                 "7\t-\t-\t-\t\t-\t-\t0123456789abcdef\ta@x.org",
                                 "7\t-\t-\t-\t0\t-\t-\t0123\ta@x.org",
                                 "7\t-\t-\t-\t0\t-\t-\t0123456789abcdef"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ok(!row_read(&r, span_of(wrong[i])), "wrong text %zu of a row is refused", i);
}

static void test_key(void)
{
    struct buf key = {0};
    struct span hash, address;
    row_key(&key, span_of("0123456789abcdef0123456789abcdef"), span_of("\"a\tb\"@x.org"));
    ok(span_is(buf_span(&key), "0123456789abcdef0123456789abcdef:\"a\\tb\"@x.org"),
       "a key has no TAB");
    ok(row_split_key(buf_span(&key), &hash, &address) &&
           span_is(hash, "0123456789abcdef0123456789abcdef") && span_is(address, "\"a\\tb\"@x.org"),
       "a key is split");
    ok(!row_split_key(span_of("message:0123456789abcdef0123456789abcdef"), &hash, &address) &&
           !row_split_key(span_of("queue"), &hash, &address) &&
           !row_split_key(span_of("0123456789abcdef0123456789abcdeg:a@x.org"), &hash, &address),
       "the keys of other records are not those of rows");
    ok(!row_split_key(span_of("0123456789abcdef0123456789abcdef:"), &hash, &address) &&
           !row_split_key(span_of("0123456789abcdef0123456789abcdef"), &hash, &address),
       "nor is a hash without an address");
    buf_clear(&key);
}

static const char *read_outcome(struct row *r, const char *result, const char *next,
                                const char *first, const char *attempts, const char *at)
{
    const struct span values[OUTCOME_COLUMNS] = {span_of(result), span_of(next), span_of(first),
                                                 span_of(attempts), span_of(at)};
    *r = (struct row){0};
    return outcome_read(values, NOW, r);
}

static void test_outcome(void)
{
    struct row r;
    ok(read_outcome(&r, "", "", "", "", "") == NULL && r.result == ROW_UNTRIED &&
           r.first_s == ROW_NO_TIME && r.next_s == ROW_NO_TIME && r.ended_s == ROW_NO_TIME,
       "a row without an outcome was not tried");
    ok(read_outcome(&r, "sent", "2026-11-24T00:00:00Z", "", "1", "2026-11-22T23:00:00Z") == NULL &&
           r.ended_s == NOW && r.first_s == NOW - 3600 && r.next_s == ROW_NO_TIME,
       "a sent row ends now, was first tried at its time, and is not tried again");
    ok(read_outcome(&r, "deferred", "2026-11-23T01:00:00Z", "2026-11-20T00:00:00Z", "3",
                    "2026-11-22T23:00:00Z") == NULL &&
           r.next_s == NOW + 3600 && r.first_s == NOW - 3 * 86400 && r.attempts == 3,
       "a deferred row has its times");
    ok(read_outcome(&r, "deferred", "", "", "1", "2036-01-01T00:00:00Z") == NULL &&
           r.first_s == NOW,
       "a try in the future was at most now");
    ok(read_outcome(&r, "deferred", "", "", "", "") == NULL && r.first_s == NOW,
       "a deferred row that tells nothing of its tries was tried now");
    ok(read_outcome(&r, "bounced", "", "", "", "") != NULL, "an unknown result is refused");
    ok(read_outcome(&r, "deferred", "soon", "", "", "") != NULL, "a wrong next_at is refused");
    ok(read_outcome(&r, "deferred", "", "x", "", "") != NULL, "a wrong first_at is refused");
    ok(read_outcome(&r, "deferred", "", "", "-1", "") != NULL, "a negative number is refused");
    ok(read_outcome(&r, "deferred", "", "", "9999999999", "") != NULL,
       "a number of ten digits is refused");
    ok(read_outcome(&r, "deferred", "", "", "99999999999999999999", "") != NULL,
       "a number that no integer can hold is refused");
    ok(read_outcome(&r, "deferred", "", "", "", "x") != NULL, "a wrong time of the try is refused");
}

static void test_apply(void)
{
    struct row r = {.result = ROW_DEFERRED, .attempts = 2, .first_s = NOW - 9};
    struct row came = {.result = ROW_DEFERRED, .attempts = 3, .first_s = NOW, .next_s = NOW + 5};
    ok(outcome_apply(&r, &came) && r.attempts == 3 && r.first_s == NOW - 9 && r.next_s == NOW + 5,
       "the first try stays, the next one is taken over");
    came.attempts = 2;
    ok(outcome_apply(&r, &came) && r.attempts == 3, "the number of tries never falls");
    came.result = ROW_FAILED;
    ok(outcome_apply(&r, &came) && r.result == ROW_FAILED, "a waiting row can end");
    came.result = ROW_DEFERRED;
    ok(!outcome_apply(&r, &came) && r.result == ROW_FAILED, "a row that has ended stays so");
    came.result = ROW_SENT;
    ok(outcome_apply(&r, &came) && r.result == ROW_SENT, "but a message that was sent is noted");
    ok(!outcome_apply(&r, &came), "a second time tells nothing new");
    came.result = ROW_FAILED;
    ok(!outcome_apply(&r, &came) && r.result == ROW_SENT, "a sent row stays sent");
}

static void test_age(void)
{
    struct row r = {.result = ROW_DEFERRED, .next_s = NOW, .first_s = NOW - 100};
    ok(row_is_due(&r, NOW) && !row_is_due(&r, NOW - 1), "a row is due at next_at, not before");
    ok(row_is_too_old(&r, NOW, 99) && !row_is_too_old(&r, NOW, 100),
       "a row is too old after the time, not at it");
    r.result = ROW_SENT;
    ok(!row_is_due(&r, NOW) && !row_is_too_old(&r, NOW, 99), "a row that has ended is neither");
}

static struct leases take(struct leases l, uint64_t number, int64_t time_s)
{
    const struct holder holder = {.boot = "b5dd83da", .group = 1, .path_count = 1};
    leases_add(&l, number, time_s, &holder);
    return l;
}

static void test_leases(void)
{
    struct leases l = take((struct leases){0}, 5, NOW);
    struct row r = {.change = 5, .next_s = NOW};
    ok(leases_cover(&l, &r) != NULL, "a lease covers a row that was due when it was taken");
    r.next_s = NOW + 1;
    ok(leases_cover(&l, &r) == NULL, "it does not cover a row whose time came later");
    r = (struct row){.change = 6, .next_s = ROW_NO_TIME};
    ok(leases_cover(&l, &r) == NULL, "nor one that was written later");
    r = (struct row){.change = 1, .next_s = ROW_NO_TIME, .result = ROW_SENT};
    ok(leases_cover(&l, &r) == NULL, "nor one that has ended");
    r.result = ROW_UNTRIED;
    l = take(l, 9, NOW + 10);
    ok(leases_cover(&l, &r) == &l.list[0], "a row is in the first lease that covers it");
    l.list[0].held = false;
    ok(leases_cover(&l, &r) == NULL, "if that is not held any more, the second does not cover it");
    l = take(l, 12, NOW + 20);
    ok(leases_cover(&l, &r) == &l.list[2], "a third, taken after that, does");
    ok(leases_last_covers(&l, &r), "and it is the last one");
    leases_prune(&l);
    ok(l.count == 3, "a lease that has ended is kept while a later one excepts its rows");
    l.list[1].held = false;
    ok(leases_cover(&l, &r) == &l.list[2], "the third covers the row after the second has ended");
    struct buf out = {0};
    leases_write(&l, &out);
    struct leases back = {0};
    struct span rest = buf_span(&out);
    for (size_t i = 1; i <= 3; i++)
        ok(leases_read(&back, record_field(rest, i)), "lease %zu is read back", i);
    ok(back.list[1].except_count == 1 && back.list[1].except[0] == 5 &&
           back.list[2].except_count == 1 && back.list[2].except[0] == 9 &&
           back.list[2].time_s == NOW + 20,
       "with its exceptions and its time");
    l.list[2].held = false;
    leases_prune(&l);
    ok(l.count == 0, "leases that nothing needs are dropped");
    ok(!leases_read(&back, span_of("x")) && !leases_read(&back, span_of("5 soon - b 1 1 1 1 1@1")),
       "a wrong lease is refused");
    buf_clear(&out);
    leases_clear(&l);
    leases_clear(&back);
}

static void test_two_excepted(void)
{
    struct leases l = take((struct leases){0}, 5, NOW), back = {0};
    struct buf out = {0};
    l = take(take(l, 9, NOW), 12, NOW);
    leases_write(&l, &out);
    ok(leases_read(&back, record_field(buf_span(&out), 3)) && back.list[0].except_count == 2 &&
           back.list[0].except[0] == 5 && back.list[0].except[1] == 9,
       "a lease that excepts the rows of two others is read back");
    buf_clear(&out);
    leases_clear(&l);
    leases_clear(&back);
}

int main(void)
{
    test_text();
    test_key();
    test_outcome();
    test_apply();
    test_age();
    test_leases();
    test_two_excepted();
    return done();
}
