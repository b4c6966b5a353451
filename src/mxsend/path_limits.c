#include "mxsend/path_limits.h"

#include "base/mem.h"

#include <stdlib.h>

enum {
    PERIOD_MS = 5 * 60 * 1000,
    PERIODS = 12,
    FIRST_REST_MS = 100,
    MOST_RESTS = 6, /* 0.1 s to 3.2 s, 6.3 s in all */
};

static struct budget *rule_budget(struct paths *p, const struct mx_rule *rule)
{
    struct budget *b = table_get(&p->rule_budgets, rule->masks);
    if (b == NULL) {
        b = mem_new(1, sizeof *b);
        table_set(&p->rule_budgets, rule->masks, b);
    }
    return b;
}

struct path *path_find(struct paths *p, const struct hop *hop, const struct mx_rules *rules)
{
    struct path *path = table_get(&p->by_ip, hop->ip);
    if (path != NULL)
        return path;
    path = mem_new(1, sizeof *path);
    path->ip = mem_copy(hop->ip.p, hop->ip.n);
    path->rule = mx_rules_find(rules, hop->host);
    path->budget = path->rule->scope == SCOPE_PATH ? &path->own : rule_budget(p, path->rule);
    path->most = path->most_messages = MX_NO_LIMIT;
    table_set(&p->by_ip, span_of(path->ip), path);
    p->all = mem_grow(p->all, &p->room, p->count + 1, sizeof(struct path *));
    p->all[p->count++] = path;
    return path;
}

static bool is_within(int64_t used, int64_t limit)
{
    return limit == MX_NO_LIMIT || used < limit;
}

/* Returns the messages that a period allows: a twelfth of the hour's, and at least one. */
static int64_t period_share(const struct mx_limits *l)
{
    return l->hourly == MX_NO_LIMIT ? MX_NO_LIMIT : l->hourly < PERIODS ? 1 : l->hourly / PERIODS;
}

bool path_must_wait(const struct path *p, int64_t now_ms, int64_t *until_ms)
{
    int64_t period = now_ms / PERIOD_MS;
    *until_ms = (period + 1) * PERIOD_MS;
    return p->budget->period == period &&
           !is_within(p->budget->sent, period_share(&p->rule->limits));
}

bool path_may_open(const struct path *p, int64_t now_ms)
{
    int64_t until_ms;
    return (int64_t)p->queue.count > p->starting &&
           is_within(p->budget->connections, p->rule->limits.connections) &&
           is_within(p->connections, p->most) && !path_must_wait(p, now_ms, &until_ms) &&
           !path_is_resting(p, now_ms, &until_ms);
}

bool path_rest(struct path *p, int64_t now_ms)
{
    if (!p->welcomed || p->rests >= MOST_RESTS)
        return false;
    p->rest_until_ms = now_ms + ((int64_t)FIRST_REST_MS << p->rests++);
    return true;
}

bool path_is_resting(const struct path *p, int64_t now_ms, int64_t *until_ms)
{
    *until_ms = p->rest_until_ms;
    return now_ms < p->rest_until_ms;
}

bool path_may_send(struct path *p, int64_t sent, int64_t now_ms)
{
    int64_t until_ms;
    if (!is_within(sent, p->rule->limits.messages) || !is_within(sent, p->most_messages) ||
        path_must_wait(p, now_ms, &until_ms))
        return false;
    if (p->budget->period != now_ms / PERIOD_MS)
        p->budget->sent = 0;
    p->budget->period = now_ms / PERIOD_MS;
    p->budget->sent++;
    return true;
}

void paths_clear(struct paths *p)
{
    for (size_t i = 0; i < p->count; i++) {
        buf_clear(&p->all[i]->refusal.text);
        free(p->all[i]->ip);
        free(p->all[i]);
    }
    for (size_t i = 0; i < p->rule_budgets.capacity; i++)
        free(p->rule_budgets.slots[i].value);
    free(p->all);
    table_clear(&p->by_ip);
    table_clear(&p->rule_budgets);
}
