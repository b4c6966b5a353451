#include "store/entry_held.h"

#include <stdio.h>

bool entry_can_die(const struct quarantine_rule *rule)
{
    return rule != NULL && rule->after == 1 && !rule->deny;
}

bool entry_would_die(const struct entry *e, const struct event *event,
                     const struct quarantine_rule *rule)
{
    bool for_good = e->state == ENTRY_QUARANTINED && e->until_s == QUARANTINE_NEVER;
    return entry_can_die(rule) && !for_good && e->state != ENTRY_DENIED &&
           entry_counts(e, event, rule);
}

static void set_held(struct entry *e, const struct event *event, struct span receiver)
{
    struct held *h = &e->held;
    h->is_set = true;
    h->identity = event->identity;
    h->time_s = event->time_s;
    h->type = event->type;
    entry_name_error(h->what, event->reason, event->detail);
    size_t n = receiver.n < sizeof h->receiver ? receiver.n : sizeof h->receiver - 1;
    memcpy(h->receiver, n > 0 ? receiver.p : "", n);
    h->receiver[n] = '\0';
    h->text_length = entry_cut_text(h->text, event->text);
}

void entry_hold(struct entry *e, const struct event *event, struct span receiver)
{
    entry_end_before(e, event);
    entry_remember(e, event);
    set_held(e, event, receiver);
}

/* The identity of the error of this time; 0 if it has none. */
static uint64_t identity_at(const struct entry *e, int64_t time_s)
{
    for (size_t i = e->history_count; i-- > 0;)
        if (e->history[i].time_s == time_s && e->history[i].identity != 0)
            return e->history[i].identity;
    return 0;
}

/* A counter without its latest error, or none. */
static void uncount(struct entry *e, struct span reason, struct span detail)
{
    char name[2 * QUARANTINE_WORD];
    entry_name_error(name, reason, detail);
    for (size_t i = e->counter_count; i-- > 0;) {
        struct counter *c = &e->counters[i];
        if (strcmp(c->name, name) != 0)
            continue;
        c->errors--;
        c->last_s = c->first_s;
        if (c->errors <= 0)
            entry_drop_counter(e, i);
    }
}

/* The state that the counters that are left make. */
static void decide_anew(struct entry *e, const struct quarantine_rules *rules, int64_t now_s)
{
    e->state = e->counter_count > 0 ? ENTRY_ERRONEOUS : ENTRY_OK;
    e->reason[0] = e->detail[0] = '\0';
    e->until_s = QUARANTINE_NEVER;
    for (size_t i = 0; i < e->counter_count; i++) {
        const struct counter *c = &e->counters[i];
        struct span reason = span_make(c->name, strcspn(c->name, "/"));
        struct span detail = span_of(c->name + reason.n + (c->name[reason.n] == '/'));
        const struct quarantine_rule *r =
            quarantine_rules_find(rules, reason, detail, QUARANTINE_SOFT);
        if (r == NULL || r->deny || !quarantine_rule_reached(r, c->errors))
            continue;
        int64_t until_s = quarantine_rule_until(r, c->last_s);
        if (until_s != QUARANTINE_NEVER && until_s <= now_s)
            continue;
        e->state = ENTRY_QUARANTINED;
        e->since_s = c->last_s;
        e->until_s = until_s;
        entry_set_reason(e, reason, detail);
    }
}

bool entry_take_back(struct entry *e, int64_t time_s, enum quarantine_type type,
                     struct span receiver, const struct quarantine_rules *rules, int64_t now_s)
{
    char reason[QUARANTINE_WORD], detail[QUARANTINE_WORD], text[ENTRY_TEXT];
    if (e->state != ENTRY_QUARANTINED || e->since_s != time_s)
        return false;
    snprintf(reason, sizeof reason, "%s", e->reason);
    snprintf(detail, sizeof detail, "%s", e->detail);
    const struct quarantine_rule *rule =
        quarantine_rules_find(rules, span_of(reason), span_of(detail), type);
    if (!entry_can_die(rule))
        return false;
    memcpy(text, e->text, e->text_length);
    const struct event event = {.reason = span_of(reason),
                                .detail = span_of(detail),
                                .text = span_make(text, e->text_length),
                                .type = type,
                                .time_s = time_s,
                                .identity = identity_at(e, time_s)};
    uncount(e, event.reason, rule->detail.n > 0 ? event.detail : span_make(NULL, 0));
    decide_anew(e, rules, now_s);
    e->text_length = 0;
    set_held(e, &event, receiver);
    return true;
}

void entry_confirm(struct entry *e, const struct quarantine_rules *rules, int64_t now_s)
{
    const struct held h = e->held;
    struct span reason = span_make(h.what, strcspn(h.what, "/"));
    const struct event event = {.reason = reason,
                                .detail = span_of(h.what + reason.n + (h.what[reason.n] == '/')),
                                .text = span_make(h.text, h.text_length),
                                .type = h.type,
                                .time_s = h.time_s,
                                .now_s = now_s,
                                .identity = h.identity};
    entry_drop_held(e);
    /* It is in the history, which would make it known. */
    for (size_t i = e->history_count; i-- > 0;)
        if (e->history[i].identity == h.identity && e->history[i].time_s == h.time_s &&
            strcmp(e->history[i].what, h.what) == 0)
            e->history[i] = e->history[--e->history_count];
    const struct quarantine_rule *rule =
        quarantine_rules_find(rules, event.reason, event.detail, event.type);
    if (!entry_count(e, &event, rule) && h.identity != 0)
        entry_remember(e, &event);
}

void entry_drop_held(struct entry *e)
{
    e->held.is_set = false;
}
