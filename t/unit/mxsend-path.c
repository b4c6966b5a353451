/*
 * Limits of a path: connections, messages on one, the hour in twelve periods.
 */
#include "mxsend/path.h"

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
       "the rules are read");
}

static struct path *find(struct paths *p, const struct mx_rules *rules, const char *host,
                         const char *ip)
{
    struct hop hop = {span_of(host), span_of(ip)};
    return path_find(p, &hop, rules);
}

/* How many messages one period takes. */
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
       "120 an hour are 10 in 5 minutes, then the path waits for the next");
    ok(send_all(p, PERIOD - 1) == 0 && send_all(p, PERIOD) == 10,
       "the next period has its own share");
    ok(path_may_send(p, 2, 3 * PERIOD) && !path_may_send(p, 3, 3 * PERIOD),
       "a connection takes 3 messages");
    paths_clear(&paths);
    paths = (struct paths){0};
    ok(send_all(find(&paths, fast, "one.test", "192.0.2.1"), 0) == 833,
       "10,000 an hour are 833 a period");
    paths_clear(&paths);
}

static void test_connections(const struct mx_rules *rules)
{
    struct paths paths = {0};
    struct path *a = find(&paths, rules, "a.shared.test", "192.0.2.1"),
                *b = find(&paths, rules, "b.shared.test", "192.0.2.2");
    struct path *other = find(&paths, rules, "one.test", "192.0.2.3");
    ok(a != b && a->budget == b->budget && other->budget == &other->own,
       "scope source counts over all paths of a rule, scope path each alone");
    a->queue.count = b->queue.count = 5;
    ok(path_may_open(a, 0), "a connection may be opened");
    a->budget->connections = 2;
    ok(!path_may_open(a, 0) && !path_may_open(b, 0), "the third may not, on either path");
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
       "a host that never took a connection gets no rest");
    p->welcomed = true;
    while (path_rest(p, now_ms) && path_is_resting(p, now_ms, &until_ms) &&
           !path_may_open(p, now_ms)) {
        rested += until_ms - now_ms;
        now_ms = until_ms;
    }
    ok(rested == 6300 && path_may_open(p, now_ms), "one that did gets rests of 6.3 s in all");
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
       "who has no rule is treated with care");
    mx_rules_clear(&slow);
    mx_rules_clear(&fast);
    return done();
}
