/*
 * path_limits: the limits of connections, of messages on one connection, and of messages in each of
 * the twelve periods of an hour.
 */
#include "mxsend/path_limits.h"

#include "base/mem.h"
#include "tap.h"

enum { PERIOD = 5 * 60 * 1000 };

static const char text[] =
    "mx one.test\nscope path\nlevel slow fast\nconnections 2 -\nmessages 3 -\nhourly 120 10000\n\n"
    "mx *.shared.test\nscope source\nlevel slow fast\nconnections 2 2\nmessages - -\nhourly - -\n\n"
    "mx *.first.test *.second.test\nscope all\ntimeouts connect=7s data=8m other=9s\n"
    "level slow fast\nhourly 11 24\n";

static void load(struct mx_rules *rules, enum level level)
{
    struct rule_problem problem;
    struct rulefile *f = &rules->files[0];
    *rules = (struct mx_rules){.file_count = 1};
    ok(rulefile_parse(f, "mx.rules", mem_copy(text, sizeof text - 1), sizeof text - 1, &problem) &&
           mx_rules_add(rules, f, level, &problem),
       "the rules at level %d are loaded", (int)level);
}

static struct path *find(struct paths *p, const struct mx_rules *rules, const char *host,
                         const char *ip)
{
    struct hop hop = {span_of(host), span_of(ip)};
    return path_find(p, &hop, rules);
}

/* Sends until the path must wait; returns the number of messages. */
static int64_t send_all(struct path *p, int64_t now_ms)
{
    int64_t sent = 0;
    while (sent < 5000 && path_may_send(p, 0, now_ms))
        sent++;
    return sent;
}

static void test_hour(struct mx_rules *slow, struct mx_rules *fast)
{
    struct paths paths = {0};
    struct path *p = find(&paths, slow, "one.test", "192.0.2.1");
    int64_t until_ms;
    ok(send_all(p, 0) == 10 && path_must_wait(p, 0, &until_ms) && until_ms == PERIOD,
       "a limit of 120 an hour allows 10 messages in 5 minutes, then the path waits");
    ok(send_all(p, PERIOD - 1) == 0 && send_all(p, PERIOD) == 10,
       "the next 5 minutes allow 10 messages again");
    ok(path_may_send(p, 2, 3 * PERIOD) && !path_may_send(p, 3, 3 * PERIOD),
       "a limit of 3 messages on a connection refuses the fourth");
    paths_clear(&paths);
    paths = (struct paths){0};
    ok(send_all(find(&paths, fast, "one.test", "192.0.2.1"), 0) == 833,
       "a limit of 10,000 an hour allows 833 messages in 5 minutes");
    ok(send_all(find(&paths, slow, "a.first.test", "192.0.2.2"), 0) == 1,
       "a limit of 11 an hour allows one message in 5 minutes, which is the least");
    paths_clear(&paths);
}

static void test_connections(const struct mx_rules *rules)
{
    struct paths paths = {0};
    struct path *a = find(&paths, rules, "a.shared.test", "192.0.2.1"),
                *b = find(&paths, rules, "b.shared.test", "192.0.2.2");
    struct path *other = find(&paths, rules, "one.test", "192.0.2.3");
    ok(a != b && a->budget == b->budget && other->budget == &other->own,
       "scope source counts all paths of a rule together, scope path counts each alone");
    struct path *c = find(&paths, rules, "c.first.test", "192.0.2.4"),
                *d = find(&paths, rules, "d.second.test", "192.0.2.5");
    ok(c->budget == d->budget && c->budget != a->budget,
       "scope all counts all paths of a rule together, and apart from those of another rule");
    a->queue.count = b->queue.count = 5;
    ok(path_may_open(a, 0), "a path without connections may open one");
    a->budget->connections = 2;
    ok(!path_may_open(a, 0) && !path_may_open(b, 0),
       "two connections are the limit of both paths of a rule with scope source");
    a->budget->connections = 1;
    a->starting = 4;
    ok(path_may_open(a, 0), "five messages and four connections that start need one more");
    a->starting = 5;
    ok(!path_may_open(a, 0), "five messages and five connections that start need no more");
    a->starting = 0;
    a->connections = a->most = 1;
    ok(!path_may_open(a, 0), "no connection is opened above the number that the host accepts");
    a->queue.count = b->queue.count = 0;
    paths_clear(&paths);
}

static void test_rules(const struct mx_rules *rules)
{
    const struct mx_rule *r = mx_rules_find(rules, span_of("x.second.test"));
    ok(r->masks.n > 0 && r == mx_rules_find(rules, span_of("X.FIRST.TEST")),
       "a block applies to the hosts of each of its masks, in any case");
    ok(r->connect_s == 7 && r->data_s == 8 * 60 && r->other_s == 9,
       "a block sets each of the three times");
    ok(r->limits.connections == 2 && r->limits.messages == 20 && r->limits.hourly == 11,
       "a limit that a block does not name has its default");
    r = mx_rules_find(rules, span_of("nowhere.test"));
    ok(r->limits.connections == 2 && r->limits.messages == 20 && r->limits.hourly == MX_NO_LIMIT &&
           r->connect_s == 30 && r->data_s == 600 && r->other_s == 300 && r->scope == SCOPE_PATH,
       "a host without a rule gets all the defaults of mx.rules(5)");
}

static void test_rest(const struct mx_rules *rules)
{
    struct paths paths = {0};
    struct path *p = find(&paths, rules, "one.test", "192.0.2.1");
    int64_t until_ms, now_ms = 1000, rested = 0;
    p->queue.count = 5;
    ok(!path_rest(p, now_ms) && path_may_open(p, now_ms),
       "a host that has never accepted a connection gets no rest");
    p->welcomed = true;
    while (path_rest(p, now_ms) && path_is_resting(p, now_ms, &until_ms) &&
           !path_may_open(p, now_ms)) {
        rested += until_ms - now_ms;
        now_ms = until_ms;
    }
    ok(rested == 6300 && path_may_open(p, now_ms),
       "a host that has accepted a connection gets rests of 6.3 s in all");
    p->queue.count = 0;
    paths_clear(&paths);
}

int main(void)
{
    struct mx_rules slow, fast;
    load(&slow, LEVEL_SLOW);
    load(&fast, LEVEL_FAST);
    test_hour(&slow, &fast);
    test_connections(&slow);
    test_rest(&slow);
    test_rules(&slow);
    mx_rules_clear(&slow);
    mx_rules_clear(&fast);
    return done();
}
