#include "store/entry_count.h"

#include <stdlib.h>
#include <string.h>

/* Events that are too old to be remembered one by one count as known, so that reading an old log
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

/* A quarantine ends by the clock: an error from a clock that is ahead does not end it earlier. */
void entry_end_before(struct entry *e, const struct event *event)
{
    entry_end(e, event->time_s < event->now_s ? event->time_s : event->now_s);
}

void entry_remember(struct entry *e, const struct event *event)
{
    entry_name_error(entry_add_history(e, event->identity, event->time_s)->what, event->reason,
                     event->detail);
}

/* If a rule names a detail, the errors with that detail are counted by themselves. */
static struct counter *counter_of(struct entry *e, const struct event *event,
                                  const struct quarantine_rule *rule)
{
    char name[2 * QUARANTINE_WORD];
    entry_name_error(name, event->reason, rule->detail.n > 0 ? event->detail : span_make(NULL, 0));
    return entry_find_counter(e, span_of(name));
}

/* A delivery clears the errors that happened before it, also those that are read later, but does
 * not end a quarantine. Which of two events in one second came first is not known: the error stays.
 */
static bool count_delivery(struct entry *e, int64_t time_s)
{
    bool changed = false, latest = time_s > e->delivered_s;
    e->delivered_s = latest ? time_s : e->delivered_s;
    if (e->held.is_set && e->held.time_s < time_s)
        e->held.is_set = false;
    if (e->state != ENTRY_ERRONEOUS)
        return latest;
    for (size_t i = e->counter_count; i-- > 0;)
        if (e->counters[i].last_s < time_s) {
            entry_drop_counter(e, i);
            changed = true;
        }
    entry_settle(e);
    if (changed)
        entry_note(e, time_s, "delivered");
    return changed || latest;
}

/* Quarantines or denies the entry if its counter has as many errors as the rule's `after`, as of
 * the latest of them: they are not always read in the order of time. A later error does not prolong
 * a quarantine, but makes it one for good if its rule has no release, or denies the address if its
 * rule does; a denied address stays so. */
static void decide(struct entry *e, const struct event *event, const struct quarantine_rule *rule,
                   const struct counter *c)
{
    int64_t until_s = quarantine_rule_until(rule, c->last_s);
    bool reached = quarantine_rule_reached(rule, c->errors);
    bool already = e->state == ENTRY_DENIED ||
                   (e->state == ENTRY_QUARANTINED && !rule->deny &&
                    (e->until_s == QUARANTINE_NEVER || until_s != QUARANTINE_NEVER));
    if (!reached || already) {
        e->state = e->state == ENTRY_OK ? ENTRY_ERRONEOUS : e->state;
        return;
    }
    e->state = rule->deny ? ENTRY_DENIED : ENTRY_QUARANTINED;
    e->held.is_set = false;
    e->since_s = c->last_s;
    e->until_s = rule->deny ? QUARANTINE_NEVER : until_s;
    entry_set_reason(e, event->reason, event->detail);
}

static int compare_times(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The most of these times that are `apart_s` or more from each other. Sorts them. */
static size_t count_apart(int64_t *times, size_t n, int64_t apart_s)
{
    size_t count = 0;
    int64_t last_s = 0;
    qsort(times, n, sizeof *times, compare_times);
    for (size_t i = 0; i < n; i++)
        if (count == 0 || times[i] - last_s >= apart_s) {
            last_s = times[i];
            count++;
        }
    return count;
}

/* True if an item of the history is an error of this counter. */
static bool is_of(const struct history *h, const struct counter *c)
{
    size_t n = strlen(c->name);
    return strncmp(h->what, c->name, n) == 0 && (h->what[n] == '\0' || h->what[n] == '/');
}

/*
 * True if one more error than before is far enough from all others. Logs are not always read in the
 * order of time, so that a look at the last one counted is not enough. The history may have
 * forgotten the first and the last error, or may never have had them: they are in a list.
 */
static bool is_apart(const struct entry *e, const struct counter *c, const struct event *event,
                     int64_t apart_s)
{
    int64_t times[ENTRY_HISTORY + 3] = {c->first_s, c->last_s};
    int64_t from_s = event->time_s < c->first_s ? event->time_s : c->first_s;
    size_t n = 2;
    for (size_t i = 0; i < e->history_count; i++)
        if (e->history[i].time_s >= from_s && is_of(&e->history[i], c))
            times[n++] = e->history[i].time_s;
    size_t before = count_apart(times, n, apart_s);
    times[n++] = event->time_s;
    return count_apart(times, n, apart_s) > before;
}

/*
 * False if the error is too close to others that count, or so much older that it would have been
 * forgotten when the last one happened. A last error in the future comes from a wrong clock and
 * makes nothing forgotten.
 */
static bool counts_beside(const struct entry *e, const struct counter *c, const struct event *event,
                          const struct quarantine_rule *rule)
{
    int64_t apart_s = quarantine_rule_apart(rule, event->type);
    if (c->errors == 0)
        return true;
    if (apart_s > 0 && !is_apart(e, c, event, apart_s))
        return false;
    return rule->forget_s == QUARANTINE_NEVER || c->last_s > event->now_s ||
           c->last_s - event->time_s <= rule->forget_s;
}

static void add_error(struct counter *c, const struct event *event,
                      const struct quarantine_rule *rule)
{
    if (c->errors > 0 && rule->forget_s != QUARANTINE_NEVER &&
        event->time_s - c->last_s > rule->forget_s)
        c->errors = 0;
    if (c->errors == 0)
        c->first_s = c->last_s = event->time_s;
    c->errors += c->errors < ENTRY_ERRORS;
    c->first_s = event->time_s < c->first_s ? event->time_s : c->first_s;
    c->last_s = event->time_s > c->last_s ? event->time_s : c->last_s;
}

/* An error says nothing any more if the address was released, allowed or written to after it. A
 * complaint is not about whether mail arrives, so that a delivery does not outdate it. */
static bool is_outdated(const struct entry *e, const struct event *event,
                        const struct quarantine_rule *rule)
{
    return event->time_s < e->cleared_s || (!rule->deny && event->time_s < e->delivered_s);
}

bool entry_counts(const struct entry *e, const struct event *event,
                  const struct quarantine_rule *rule)
{
    return rule != NULL && rule->after != QUARANTINE_NEVER && e->state != ENTRY_ALLOWED &&
           !is_outdated(e, event, rule) && !is_known(e, event);
}

bool entry_count(struct entry *e, const struct event *event, const struct quarantine_rule *rule)
{
    if (event->delivered)
        return count_delivery(e, event->time_s);
    if (!entry_counts(e, event, rule))
        return false;
    entry_end_before(e, event);
    struct counter *c = counter_of(e, event, rule);
    if (c == NULL)
        return false;
    bool counts = counts_beside(e, c, event, rule);
    entry_remember(e, event);
    if (!counts)
        return event->identity != 0;
    add_error(c, event, rule);
    entry_keep_text(e, event->text);
    decide(e, event, rule, c);
    return true;
}

/* How long a counter's errors are remembered. Hard and soft errors share a counter: the longest
 * time of the rules for them holds, but for those by which a single error quarantines. */
static int64_t forget_after(const struct counter *c, const struct quarantine_rules *rules)
{
    struct span name = span_of(c->name);
    const char *slash = memchr(name.p, '/', name.n);
    size_t n = slash != NULL ? (size_t)(slash - name.p) : name.n;
    struct span detail = slash != NULL ? span_of(slash + 1) : span_make(NULL, 0);
    int64_t longest_s = QUARANTINE_NEVER;
    bool found = false;
    for (enum quarantine_type t = QUARANTINE_HARD; t <= QUARANTINE_IGNORED; t++) {
        const struct quarantine_rule *rule =
            quarantine_rules_find(rules, span_make(name.p, n), detail, t);
        if (rule == NULL || rule->after == 1)
            continue;
        if (rule->forget_s == QUARANTINE_NEVER)
            return QUARANTINE_NEVER;
        if (!found || rule->forget_s > longest_s)
            longest_s = rule->forget_s;
        found = true;
    }
    /* No rule counts some imported reasons: those are never forgotten. */
    return longest_s;
}

static bool forget_errors(struct entry *e, const struct quarantine_rules *rules, int64_t now_s)
{
    bool changed = false;
    for (size_t i = e->counter_count; i-- > 0;) {
        int64_t forget_s = forget_after(&e->counters[i], rules);
        if (forget_s != QUARANTINE_NEVER && now_s - e->counters[i].last_s > forget_s) {
            entry_drop_counter(e, i);
            changed = true;
        }
    }
    entry_settle(e);
    return changed;
}

bool entry_expire(struct entry *e, const struct quarantine_rules *rules, int64_t now_s)
{
    bool changed = entry_end(e, now_s);
    int64_t memory_s = rules->window_s > ENTRY_MEMORY_S ? rules->window_s : ENTRY_MEMORY_S;
    if (e->state == ENTRY_ERRONEOUS)
        changed |= forget_errors(e, rules, now_s);
    for (size_t i = e->history_count; i-- > 0;)
        if (now_s - e->history[i].time_s >
            (e->history[i].identity != 0 ? memory_s : rules->window_s)) {
            entry_drop_history(e, i);
            changed = true;
        }
    if (e->held.is_set && now_s - e->held.time_s > memory_s) {
        e->held.is_set = false;
        changed = true;
    }
    if (e->delivered_s != ENTRY_NO_TIME && now_s - e->delivered_s > memory_s) {
        e->delivered_s = ENTRY_NO_TIME;
        changed = true;
    }
    return changed;
}
