#include "store/entry_count.h"

#include <stdio.h>

#define LAST_TIME 253402300799 /* the end of the year 9999, the last that RFC 3339 can write */

/* Events that are no longer remembered one by one count as known, so that an old log that is fed
 * again counts nothing twice. */
static bool is_known(const struct entry *e, const struct event *event)
{
    if (event->identity == 0)
        return false;
    for (size_t i = 0; i < e->history_count; i++)
        if (e->history[i].identity == event->identity)
            return true;
    return event->time_s <= e->known_to_s;
}

/* REASON or REASON/DETAIL, of words. */
static void name_error(char name[2 * POLICY_WORD], struct span reason, struct span detail)
{
    bool fine = policy_is_word(detail);
    snprintf(name, 2 * POLICY_WORD, "%.*s%s%.*s", policy_is_word(reason) ? (int)reason.n : 0,
             reason.p, fine ? "/" : "", fine ? (int)detail.n : 0, detail.p);
}

static void remember(struct entry *e, const struct event *event)
{
    name_error(entry_add_history(e, event->identity, event->time_s)->what, event->reason,
               event->detail);
}

/* Where a rule is about one detail, that detail is counted by itself. */
static struct counter *counter_of(struct entry *e, const struct event *event,
                                  const struct policy_rule *rule)
{
    char name[2 * POLICY_WORD];
    name_error(name, event->reason, rule->detail.n > 0 ? event->detail : span_make(NULL, 0));
    return entry_find_counter(e, span_of(name));
}

/* A delivery clears the errors that came before it, but ends no quarantine. */
static bool count_delivery(struct entry *e, int64_t time_s)
{
    bool changed = false;
    if (e->state != ENTRY_ERRONEOUS)
        return false;
    for (size_t i = e->counter_count; i-- > 0;)
        if (e->counters[i].last_s <= time_s) {
            entry_drop_counter(e, i);
            changed = true;
        }
    entry_settle(e);
    if (changed)
        entry_note(e, time_s, "delivered");
    return changed;
}

/* A quarantine that has ended takes its errors with it. */
static bool end_quarantine(struct entry *e, int64_t now_s)
{
    if (!entry_is_over(e, now_s))
        return false;
    entry_note(e, e->until_s, "ended");
    e->state = ENTRY_OK;
    e->counter_count = 0;
    e->reason[0] = e->detail[0] = '\0';
    return true;
}

/* Has the counter reached what the rule bears? Then the entry is quarantined or denied, unless it
 * is so for longer already. */
static void decide(struct entry *e, const struct event *event, const struct policy_rule *rule,
                   int64_t errors)
{
    int64_t until_s =
        rule->release_s == POLICY_NEVER ? POLICY_NEVER : event->time_s + rule->release_s;
    until_s = until_s > LAST_TIME ? LAST_TIME : until_s;
    bool reached = rule->after != POLICY_NEVER && errors >= rule->after;
    bool already =
        e->state == ENTRY_DENIED || (e->state == ENTRY_QUARANTINED && !rule->deny &&
                                     (e->until_s == POLICY_NEVER || until_s != POLICY_NEVER));
    if (!reached || already) {
        e->state = e->state == ENTRY_OK ? ENTRY_ERRONEOUS : e->state;
        return;
    }
    e->state = rule->deny ? ENTRY_DENIED : ENTRY_QUARANTINED;
    e->since_s = event->time_s;
    e->until_s = rule->deny ? POLICY_NEVER : until_s;
    entry_set_word(e->reason, event->reason);
    entry_set_word(e->detail, event->detail);
}

/*
 * Is it an error that counts beside the last one? Not if it is too near, nor if the last one (that
 * an event of a wrong clock has not put into the future) would find it forgotten: logs are not
 * always fed in the order of time.
 */
static bool counts_beside(const struct counter *c, const struct event *event,
                          const struct policy_rule *rule)
{
    int64_t behind_s = event->time_s - c->last_s;
    if (c->errors == 0)
        return true;
    if ((behind_s < 0 ? -behind_s : behind_s) < rule->apart_s)
        return false;
    return rule->forget_s == POLICY_NEVER || c->last_s > event->now_s ||
           -behind_s <= rule->forget_s;
}

static void add_error(struct counter *c, const struct event *event, const struct policy_rule *rule)
{
    if (c->errors > 0 && rule->forget_s != POLICY_NEVER &&
        event->time_s - c->last_s > rule->forget_s)
        c->errors = 0;
    if (c->errors == 0)
        c->first_s = c->last_s = event->time_s;
    c->errors++;
    c->first_s = event->time_s < c->first_s ? event->time_s : c->first_s;
    c->last_s = event->time_s > c->last_s ? event->time_s : c->last_s;
}

bool entry_count(struct entry *e, const struct event *event, const struct policy_rule *rule)
{
    if (event->delivered)
        return count_delivery(e, event->time_s);
    if (rule == NULL || rule->after == POLICY_NEVER || e->state == ENTRY_ALLOWED ||
        is_known(e, event))
        return false;
    end_quarantine(e, event->time_s);
    struct counter *c = counter_of(e, event, rule);
    if (c == NULL)
        return false;
    remember(e, event);
    if (!counts_beside(c, event, rule))
        return event->identity != 0;
    add_error(c, event, rule);
    entry_keep_text(e, event->text);
    decide(e, event, rule, c->errors);
    return true;
}

/* The rule that a counter counts for. */
static const struct policy_rule *rule_of(const struct counter *c, const struct policy *policy)
{
    struct span name = span_of(c->name);
    const char *slash = memchr(name.p, '/', name.n);
    size_t n = slash != NULL ? (size_t)(slash - name.p) : name.n;
    struct span detail = slash != NULL ? span_of(slash + 1) : span_make(NULL, 0);
    return policy_find(policy, span_make(name.p, n), detail);
}

static bool forget_errors(struct entry *e, const struct policy *policy, int64_t now_s)
{
    bool changed = false;
    for (size_t i = e->counter_count; i-- > 0;) {
        const struct policy_rule *rule = rule_of(&e->counters[i], policy);
        if (rule != NULL && rule->forget_s != POLICY_NEVER &&
            now_s - e->counters[i].last_s > rule->forget_s) {
            entry_drop_counter(e, i);
            changed = true;
        }
    }
    entry_settle(e);
    return changed;
}

bool entry_expire(struct entry *e, const struct policy *policy, int64_t now_s)
{
    bool changed = end_quarantine(e, now_s);
    if (e->state == ENTRY_ERRONEOUS)
        changed |= forget_errors(e, policy, now_s);
    for (size_t i = e->history_count; i-- > 0;)
        if (now_s - e->history[i].time_s > policy->window_s) {
            entry_drop_history(e, i);
            changed = true;
        }
    return changed;
}
