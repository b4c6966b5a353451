#include "entry.h"

#include "record.h"
#include "rfc3339.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const state_names[] = {"ok", "erroneous", "quarantined", "allowed", "denied"};

const char *entry_state_name(enum entry_state state)
{
    return state_names[state];
}

bool entry_state_find(struct span name, enum entry_state *state)
{
    for (enum entry_state s = ENTRY_OK; s <= ENTRY_DENIED; s++)
        if (span_is(name, state_names[s])) {
            *state = s;
            return true;
        }
    return false;
}

static bool is_over(const struct entry *e, int64_t now)
{
    return e->state == ENTRY_QUARANTINED && e->until != POLICY_NEVER && now >= e->until;
}

enum entry_state entry_state_at(const struct entry *e, int64_t now)
{
    return is_over(e, now) ? ENTRY_OK : e->state;
}

int64_t entry_errors(const struct entry *e)
{
    int64_t errors = 0;
    for (size_t i = 0; i < e->counter_count; i++)
        errors += e->counters[i].errors;
    return errors;
}

static void set_word(char word[24], struct span value)
{
    snprintf(word, 24, "%.*s", (int)(value.n < 23 ? value.n : 23), value.n > 0 ? value.p : "");
}

static bool is_known(const struct entry *e, uint64_t identity)
{
    for (size_t i = 0; i < e->event_count; i++)
        if (e->events[i].hash == identity)
            return true;
    return false;
}

/* Remembers an event in place of the oldest, if there is no room. */
static void remember(struct entry *e, const struct event *event)
{
    if (event->identity == 0)
        return;
    size_t place = e->event_count;
    if (place == ENTRY_EVENTS) {
        place = 0;
        for (size_t i = 1; i < ENTRY_EVENTS; i++)
            if (e->events[i].time < e->events[place].time)
                place = i;
    } else {
        e->event_count++;
    }
    e->events[place] = (struct event_id){event->identity, event->time};
}

/* The counter of a reason, made where there is none. */
static struct counter *find_counter(struct entry *e, struct span reason)
{
    for (size_t i = 0; i < e->counter_count; i++)
        if (span_is(reason, e->counters[i].reason))
            return &e->counters[i];
    if (e->counter_count == ENTRY_COUNTERS)
        return NULL;
    struct counter *c = &e->counters[e->counter_count++];
    *c = (struct counter){.last = INT64_MIN};
    set_word(c->reason, reason);
    return c;
}

static void drop_counter(struct entry *e, size_t i)
{
    e->counters[i] = e->counters[--e->counter_count];
}

/* After the last error was forgotten, or a delivery. */
static void settle(struct entry *e)
{
    if (e->state == ENTRY_ERRONEOUS && e->counter_count == 0)
        e->state = ENTRY_OK;
}

/* A delivery clears the errors that came before it, but ends no quarantine. */
static bool count_delivery(struct entry *e, int64_t time)
{
    bool changed = false;
    if (e->state != ENTRY_ERRONEOUS)
        return false;
    for (size_t i = e->counter_count; i-- > 0;)
        if (e->counters[i].last <= time) {
            drop_counter(e, i);
            changed = true;
        }
    settle(e);
    return changed;
}

/* A quarantine that has ended takes its errors with it. */
static bool end_quarantine(struct entry *e, int64_t now)
{
    if (!is_over(e, now))
        return false;
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
    int64_t until = rule->release == POLICY_NEVER ? POLICY_NEVER : event->time + rule->release;
    bool reached = rule->after != POLICY_NEVER && errors >= rule->after;
    bool already =
        e->state == ENTRY_DENIED || (e->state == ENTRY_QUARANTINED && !rule->deny &&
                                     (e->until == POLICY_NEVER || until != POLICY_NEVER));
    if (!reached || already) {
        e->state = e->state == ENTRY_OK ? ENTRY_ERRONEOUS : e->state;
        return;
    }
    e->state = rule->deny ? ENTRY_DENIED : ENTRY_QUARANTINED;
    e->since = event->time;
    e->until = rule->deny ? POLICY_NEVER : until;
    set_word(e->reason, event->reason);
    set_word(e->detail, event->detail);
}

bool entry_count(struct entry *e, const struct event *event, const struct policy_rule *rule)
{
    if (event->delivered)
        return count_delivery(e, event->time);
    if (rule == NULL || rule->after == POLICY_NEVER || e->state == ENTRY_ALLOWED ||
        (event->identity != 0 && is_known(e, event->identity)))
        return false;
    end_quarantine(e, event->time);
    struct counter *c = find_counter(e, event->reason);
    if (c == NULL)
        return false;
    bool first = c->last == INT64_MIN;
    remember(e, event);
    if (!first && rule->apart > 0 && event->time >= c->last && event->time - c->last < rule->apart)
        return true;
    if (!first && rule->forget != POLICY_NEVER && event->time - c->last > rule->forget)
        c->errors = 0;
    c->errors++;
    c->last = event->time > c->last ? event->time : c->last;
    decide(e, event, rule, c->errors);
    return true;
}

static bool forget_errors(struct entry *e, const struct policy *policy, int64_t now)
{
    bool changed = false;
    for (size_t i = e->counter_count; i-- > 0;) {
        const struct policy_rule *rule =
            policy_find(policy, span_of(e->counters[i].reason), span_make(NULL, 0));
        if (rule != NULL && rule->forget != POLICY_NEVER &&
            now - e->counters[i].last > rule->forget) {
            drop_counter(e, i);
            changed = true;
        }
    }
    settle(e);
    return changed;
}

bool entry_expire(struct entry *e, const struct policy *policy, int64_t now)
{
    bool changed = end_quarantine(e, now);
    if (e->state == ENTRY_ERRONEOUS)
        changed |= forget_errors(e, policy, now);
    for (size_t i = e->event_count; i-- > 0;)
        if (now - e->events[i].time > policy->window) {
            e->events[i] = e->events[--e->event_count];
            changed = true;
        }
    return changed;
}

void entry_set(struct entry *e, enum entry_state state, const char *reason, int64_t now)
{
    e->state = state;
    e->since = now;
    e->until = POLICY_NEVER;
    e->detail[0] = '\0';
    set_word(e->reason, span_of(reason));
    if (state == ENTRY_OK)
        e->counter_count = 0;
}

bool entry_is_empty(const struct entry *e)
{
    return e->state == ENTRY_OK && e->counter_count == 0 && e->event_count == 0;
}

static void write_word(struct buf *out, const char *word)
{
    buf_format(out, "\t%s", *word != '\0' ? word : "-");
}

static void write_time(struct buf *out, bool set, int64_t time)
{
    char text[RFC3339_LENGTH + 1] = "-";
    if (set)
        rfc3339_format(time, text);
    write_word(out, text);
}

void entry_write(const struct entry *e, struct buf *out)
{
    bool plain = e->state == ENTRY_OK || e->state == ENTRY_ERRONEOUS;
    buf_add_string(out, state_names[e->state]);
    write_word(out, e->reason);
    write_word(out, e->detail);
    buf_format(out, "\t%jd", (intmax_t)entry_errors(e));
    write_time(out, !plain, e->since);
    write_time(out, e->state == ENTRY_QUARANTINED && e->until != POLICY_NEVER, e->until);
    for (size_t i = 0; i < e->counter_count; i++) {
        const struct counter *c = &e->counters[i];
        buf_format(out, "%c%s=%jd@%jd", i > 0 ? ' ' : '\t', c->reason, (intmax_t)c->errors,
                   (intmax_t)c->last);
    }
    buf_add_string(out, e->counter_count == 0 ? "\t-" : "");
    for (size_t i = 0; i < e->event_count; i++)
        buf_format(out, "%c%016jx@%jd", i > 0 ? ' ' : '\t', (uintmax_t)e->events[i].hash,
                   (intmax_t)e->events[i].time);
    buf_add_string(out, e->event_count == 0 ? "\t-" : "");
}

static bool is_unset(struct span field)
{
    return span_is(field, "-");
}

/* A whole number at the start of *s, which is moved behind it and the mark that must follow (NUL:
 * nothing may). */
static bool take_number(struct span *s, int base, char mark, uintmax_t *number)
{
    char digits[24], *end;
    size_t n = 0;
    while (n < s->n && s->p[n] != mark && n < sizeof digits - 1) {
        digits[n] = s->p[n];
        n++;
    }
    digits[n] = '\0';
    *number = strtoumax(digits, &end, base);
    bool good = n > 0 && *end == '\0' && (mark == '\0' ? n == s->n : n < s->n && s->p[n] == mark);
    size_t taken = n + (mark != '\0' && good);
    *s = span_make(s->p + taken, s->n - taken);
    return good;
}

static bool read_counters(struct entry *e, struct span list)
{
    struct span word;
    while (!is_unset(list) && rule_word(&list, &word)) {
        const char *equals = memchr(word.p, '=', word.n);
        uintmax_t errors, last;
        if (equals == NULL || e->counter_count == ENTRY_COUNTERS)
            return false;
        struct span reason = span_make(word.p, (size_t)(equals - word.p));
        struct span rest = span_make(equals + 1, word.n - reason.n - 1);
        if (!take_number(&rest, 10, '@', &errors) || !take_number(&rest, 10, '\0', &last))
            return false;
        struct counter *c = find_counter(e, reason);
        c->errors = (int64_t)errors;
        c->last = (int64_t)last;
    }
    return true;
}

static bool read_events(struct entry *e, struct span list)
{
    struct span word;
    while (!is_unset(list) && rule_word(&list, &word)) {
        uintmax_t hash, time;
        if (e->event_count == ENTRY_EVENTS || !take_number(&word, 16, '@', &hash) ||
            !take_number(&word, 10, '\0', &time))
            return false;
        e->events[e->event_count++] = (struct event_id){hash, (int64_t)time};
    }
    return true;
}

static bool read_time(struct span field, int64_t unset, int64_t *time)
{
    *time = unset;
    return is_unset(field) || rfc3339_parse(field, time);
}

bool entry_read(struct entry *e, struct span text)
{
    struct span fields[8];
    *e = (struct entry){0};
    for (size_t i = 0; i < 8; i++)
        fields[i] = record_field(text, i);
    if (fields[7].n == 0 || !entry_state_find(fields[0], &e->state))
        return false;
    if (!is_unset(fields[1]))
        set_word(e->reason, fields[1]);
    if (!is_unset(fields[2]))
        set_word(e->detail, fields[2]);
    return read_time(fields[4], 0, &e->since) && read_time(fields[5], POLICY_NEVER, &e->until) &&
           read_counters(e, fields[6]) && read_events(e, fields[7]);
}
