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
    "mx *.shared.test\nscope source\nlevel slow fast\nconnections 2 2\nmessages - -\nhourly - -\n";

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
    a->queue.count = b->queue.count = 5;
    ok(path_may_open(a, 0), "a path without connections may open one");
    a->budget->connections = 2;
    ok(!path_may_open(a, 0) && !path_may_open(b, 0),
       "two connections are the limit of both paths of a rule with scope source");
    a->queue.count = b->queue.count = 0;
    paths_clear(&paths);
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
    ok(mx_rules_find(&slow, span_of("nowhere.test"))->limits.connections == 2,
       "a host without a rule gets 2 connections");
    mx_rules_clear(&slow);
    mx_rules_clear(&fast);
    return done();
}
