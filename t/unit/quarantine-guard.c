/* The guard: when the dead of a domain or receiver are too many, and what it keeps for later. */
#include "quarantine/guard.h"

#include "lib/record.h"

#include "tap.h"

#include <string.h>

enum { HOUR = 3600, NOW = 2000 * HOUR };

static struct quarantine_rules rules;
static struct guard g;

/* Starts anew: more than 3 addresses and more than half of all, within an hour. */
static void start(bool domain, bool receiver)
{
    const struct guard_rule on = {.given = true, .addresses = 3, .share = 50, .within_s = HOUR};
    guard_clear(&g);
    rules.guards[GUARD_DOMAIN] = domain ? on : (struct guard_rule){.within_s = HOUR};
    rules.guards[GUARD_RECEIVER] = receiver ? on : (struct guard_rule){.within_s = HOUR};
    g = (struct guard){.rules = &rules};
    guard_start(&g);
}

/* An address that fails as dead, that many seconds after NOW. */
static void dead(const char *address, const char *receiver, int64_t s, bool seen)
{
    char copy[64], host[64];
    snprintf(copy, sizeof copy, "%s", address);
    snprintf(host, sizeof host, "%s", receiver);
    const struct guard_dead d = {.address = copy,
                                 .receiver = host,
                                 .time_s = NOW + s,
                                 .type = QUARANTINE_HARD,
                                 .is_new = true,
                                 .is_seen = seen};
    guard_add_dead(&g, &d);
}

/* `count` of them at one domain, `step` seconds apart. */
static void dead_ones(size_t count, int64_t from_s, int64_t step)
{
    char address[64];
    for (size_t i = 0; i < count; i++) {
        snprintf(address, sizeof address, "u%zu.%jd@x.org", i, (intmax_t)from_s);
        dead(address, "mx.org", from_s + (int64_t)i * step, false);
    }
}

static void seen_ones(size_t count, int64_t s)
{
    char address[64];
    for (size_t i = 0; i < count; i++) {
        snprintf(address, sizeof address, "d%zu@x.org", i);
        guard_add_seen(&g, span_of(address), span_of("mx.org"), NOW + s);
    }
}

/* How many are judged to be held back. */
static size_t judged(void)
{
    size_t count = 0;
    guard_judge(&g);
    for (size_t i = 0; i < g.count; i++) {
        count += g.dead[i].judged;
        g.dead[i].judged = false;
    }
    return count;
}

static void test_number(void)
{
    start(true, false);
    dead_ones(3, 0, 1);
    ok(judged() == 0, "as many as the rule says are not too many");
    dead_ones(1, 10, 1);
    ok(judged() == 4, "one more is");
    start(true, false);
    dead_ones(3, 0, 1);
    dead_ones(3, 2 * HOUR, 1);
    ok(judged() == 0, "those of another hour do not count");
    start(true, false);
    dead_ones(3, 0, 1);
    dead_ones(1, HOUR, 1);
    ok(judged() == 0, "an hour later is another hour");
    start(true, false);
    dead_ones(3, 0, 1);
    dead_ones(1, HOUR - 1, 1);
    ok(judged() == 4, "a second less is not");
}

static void test_share(void)
{
    start(true, false);
    dead_ones(4, 0, 1);
    seen_ones(4, 0);
    ok(judged() == 0, "the share that the rule says is not too large");
    start(true, false);
    dead_ones(5, 0, 1);
    seen_ones(4, 0);
    ok(judged() == 5, "a larger one is");
    start(true, false);
    dead_ones(4, 0, 1);
    seen_ones(9, 2 * HOUR);
    ok(judged() == 4, "those that were written to in another hour do not count");
    start(true, false);
    dead_ones(4, 0, 0);
    seen_ones(9, 10 * 60);
    ok(judged() == 4, "the hour that ends with the dead counts, too, without what came later");
    start(true, false);
    dead_ones(4, 10 * 60, 0);
    seen_ones(9, 0);
    ok(judged() == 4, "and the hour that begins with them, without what came before");
    start(true, false);
    dead_ones(4, 0, 0);
    seen_ones(9, 10 * 60);
    seen_ones(9, -10 * 60);
    ok(judged() == 0, "not if others were written to in both");
}

/* Who was written to and then failed is one address, not two. */
static void test_seen_dead(void)
{
    start(true, false);
    for (size_t i = 0; i < 5; i++) {
        char address[64];
        snprintf(address, sizeof address, "d%zu@x.org", i);
        guard_add_seen(&g, span_of(address), span_of("mx.org"), NOW);
        dead(address, "mx.org", 60, true);
    }
    ok(judged() == 5, "an address that was written to twice counts once");
}

static void test_kinds(void)
{
    for (int receiver = 0; receiver < 2; receiver++) {
        start(receiver == 0, receiver == 1);
        for (size_t i = 0; i < 4; i++) {
            char address[64];
            snprintf(address, sizeof address, "u@d%zu.org", i);
            dead(address, "mx.org", 0, false);
        }
        ok(judged() == (receiver == 1 ? 4 : 0),
           "four domains at one receiver are too many for the receiver alone");
    }
    ok(g.tripped.counts.count == 1 && guard_is_on(&g), "what was too much is noted");
}

static void test_find(void)
{
    start(true, false);
    dead("a@x.org", "mx.org", 5, false);
    dead("b@x.org", "mx.org", 5, false);
    dead("a@x.org", "late.org", 9, false);
    dead("a@x.org", "early.org", 1, false);
    const struct guard_dead *a = guard_find(&g, span_of("a@x.org"));
    ok(g.count == 2 && a != NULL && a->time_s == NOW + 9 && strcmp(a->receiver, "late.org") == 0,
       "the later time of an address holds");
    guard_forget(&g, span_of("a@x.org"));
    a = guard_find(&g, span_of("a@x.org"));
    const struct guard_dead *b = guard_find(&g, span_of("b@x.org"));
    ok((a == NULL || a->is_forgotten) && b != NULL && !b->is_forgotten,
       "an address that is forgotten is gone, and the others stay");
}

/* Writes all, and reads it into an empty guard. */
static bool save_and_load(void)
{
    struct buf out = {0};
    bool good = true;
    guard_merge(&g);
    guard_write(&g, &out);
    guard_empty(&g);
    for (struct span rest = buf_span(&out); rest.n > 0;) {
        size_t n = (size_t)((const char *)memchr(rest.p, '\n', rest.n) - rest.p);
        good = guard_read(&g, span_make(rest.p, n)) && good;
        rest = span_make(rest.p + n + 1, rest.n - n - 1);
    }
    buf_clear(&out);
    return good;
}

static void test_file(void)
{
    start(true, true);
    dead_ones(4, 0, 1);
    g.dead[2].held = g.dead[3].is_seen = true;
    seen_ones(3, 0);
    ok(save_and_load() && g.count == 4 && g.dead[2].held && !g.dead[1].held && g.dead[3].is_seen &&
           g.dead[1].time_s == NOW + 1 && g.dead[1].type == QUARANTINE_HARD && !g.dead[1].is_new &&
           strcmp(g.dead[1].receiver, "mx.org") == 0,
       "the dead are written and read");
    ok(judged() == 4, "and judged by those that were seen");
    seen_ones(2, 0);
    ok(judged() == 0, "those of a later run are added to them");
    ok(!guard_read(&g, span_of("dead\ta@x.org\tnow\thard\t-\tcounted\t-")) &&
           !guard_read(&g, span_of("dead\ta@x.org\t2026-11-22T00:00:00Z\thard\t-\tlost\t-")) &&
           !guard_read(&g, span_of("seen\tdomain\tx.org\t1\tmany")) && !guard_read(&g, span_of("")),
       "a line that is something else is not read");
}

static void test_prune(void)
{
    start(true, false);
    dead_ones(1, 0, 0);
    guard_start(&g);
    dead_ones(1, 2 * HOUR, 0);
    guard_prune(&g);
    ok(g.count == 2, "the dead of two hours before are kept");
    guard_start(&g);
    dead_ones(1, 2 * HOUR + 1, 0);
    guard_prune(&g);
    ok(g.count == 2, "older ones are forgotten");
}

int main(void)
{
    test_number();
    test_share();
    test_seen_dead();
    test_kinds();
    test_find();
    test_file();
    test_prune();
    guard_clear(&g);
    return done();
}
