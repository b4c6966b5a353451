#include "store/entry.h"

#include "base/ascii.h"
#include "base/escape.h"
#include "base/rfc3339.h"
#include "lib/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NO_TIME   INT64_MIN
#define LAST_TIME 253402300799 /* the end of the year 9999, the last that RFC 3339 can write */

enum { FIELDS = 10, FIELDS_V1 = 9 }; /* of the text form */

/* What else than an error happens to an address. */
#define DELIVERED "delivered"
#define ENDED     "ended"
#define IMPORTED  "imported"

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

void entry_clear(struct entry *e)
{
    /* Not the arrays: this is done for each row. */
    e->state = ENTRY_OK;
    e->reason[0] = e->detail[0] = '\0';
    e->since = 0;
    e->until = POLICY_NEVER;
    e->counter_count = e->history_count = 0;
    e->known_to = NO_TIME;
    e->text_length = 0;
}

static bool is_over(const struct entry *e, int64_t now)
{
    return e->state == ENTRY_QUARANTINED && e->until != POLICY_NEVER && now >= e->until;
}

enum entry_state entry_state_at(const struct entry *e, int64_t now)
{
    return is_over(e, now) ? ENTRY_OK : e->state;
}

static int64_t count_errors(const struct entry *e)
{
    int64_t errors = 0;
    for (size_t i = 0; i < e->counter_count; i++)
        errors += e->counters[i].errors;
    return errors;
}

int64_t entry_errors_at(const struct entry *e, int64_t now)
{
    return is_over(e, now) ? 0 : count_errors(e);
}

const struct counter *entry_latest(const struct entry *e)
{
    const struct counter *latest = NULL;
    for (size_t i = 0; i < e->counter_count; i++)
        if (latest == NULL || e->counters[i].last > latest->last)
            latest = &e->counters[i];
    return latest;
}

int64_t entry_began(const struct entry *e)
{
    const struct counter *latest = entry_latest(e);
    return e->state == ENTRY_ERRONEOUS && latest != NULL ? latest->last : e->since;
}

struct span entry_why(const struct entry *e)
{
    const struct counter *latest = entry_latest(e);
    if (e->state != ENTRY_ERRONEOUS || latest == NULL)
        return span_of(e->reason);
    return span_make(latest->name, strcspn(latest->name, "/"));
}

bool entry_error_times(const struct entry *e, int64_t *first, int64_t *last)
{
    for (size_t i = 0; i < e->counter_count; i++) {
        const struct counter *c = &e->counters[i];
        *first = i == 0 || c->first < *first ? c->first : *first;
        *last = i == 0 || c->last > *last ? c->last : *last;
    }
    return e->counter_count > 0;
}

/* What is no word is left out: it may come from a stranger, and would stand in the state. */
static void set_word(char word[POLICY_WORD], struct span value)
{
    word[0] = '\0';
    if (policy_is_word(value))
        snprintf(word, POLICY_WORD, "%.*s", (int)value.n, value.p);
}

/* Events that are no longer remembered one by one count as known, so that an old log that is fed
 * again counts nothing twice. */
static bool is_known(const struct entry *e, const struct event *event)
{
    if (event->identity == 0)
        return false;
    for (size_t i = 0; i < e->history_count; i++)
        if (e->history[i].identity == event->identity)
            return true;
    return event->time <= e->known_to;
}

static void drop_event(struct entry *e, size_t i)
{
    if (e->history[i].identity != 0 && e->history[i].time > e->known_to)
        e->known_to = e->history[i].time;
    e->history[i] = e->history[--e->history_count];
}

static void drop_oldest_event(struct entry *e)
{
    size_t oldest = 0;
    for (size_t i = 1; i < e->history_count; i++)
        if (e->history[i].time < e->history[oldest].time)
            oldest = i;
    drop_event(e, oldest);
}

static struct history *add_event(struct entry *e, uint64_t identity, int64_t time)
{
    if (e->history_count == ENTRY_HISTORY)
        drop_oldest_event(e);
    struct history *h = &e->history[e->history_count++];
    h->identity = identity;
    h->time = time;
    h->what[0] = '\0';
    return h;
}

/* What is no error, for show. */
static void note(struct entry *e, int64_t time, const char *what)
{
    snprintf(add_event(e, 0, time)->what, sizeof e->history->what, "%s", what);
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
    name_error(add_event(e, event->identity, event->time)->what, event->reason, event->detail);
}

/* The start of a text, cut between two characters. */
static void keep_text(struct entry *e, struct span text)
{
    size_t n = text.n;
    if (n > ENTRY_TEXT)
        for (n = ENTRY_TEXT; n > ENTRY_TEXT - 4 && ((unsigned char)text.p[n] & 0xc0) == 0x80; n--)
            ;
    memcpy(e->text, n > 0 ? text.p : "", n);
    e->text_length = n;
}

struct span entry_text(const struct entry *e)
{
    return span_make(e->text, e->text_length);
}

/* The counter of that name, made (with no errors) where there is none; NULL if there are too many.
 */
static struct counter *find_counter(struct entry *e, struct span name)
{
    for (size_t i = 0; i < e->counter_count; i++)
        if (span_is(name, e->counters[i].name))
            return &e->counters[i];
    if (e->counter_count == ENTRY_COUNTERS || name.n >= sizeof e->counters->name)
        return NULL;
    struct counter *c = &e->counters[e->counter_count++];
    *c = (struct counter){0};
    memcpy(c->name, name.p, name.n);
    return c;
}

/* Where a rule is about one detail, that detail is counted by itself. */
static struct counter *counter_of(struct entry *e, const struct event *event,
                                  const struct policy_rule *rule)
{
    char name[2 * POLICY_WORD];
    name_error(name, event->reason, rule->detail.n > 0 ? event->detail : span_make(NULL, 0));
    return find_counter(e, span_of(name));
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
    if (changed)
        note(e, time, DELIVERED);
    return changed;
}

/* A quarantine that has ended takes its errors with it. */
static bool end_quarantine(struct entry *e, int64_t now)
{
    if (!is_over(e, now))
        return false;
    note(e, e->until, ENDED);
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
    until = until > LAST_TIME ? LAST_TIME : until;
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

/*
 * Is it an error that counts beside the last one? Not if it is too near, nor if the last one (that
 * an event of a wrong clock has not put into the future) would find it forgotten: logs are not
 * always fed in the order of time.
 */
static bool counts_beside(const struct counter *c, const struct event *event,
                          const struct policy_rule *rule)
{
    int64_t behind = event->time - c->last;
    if (c->errors == 0)
        return true;
    if ((behind < 0 ? -behind : behind) < rule->apart)
        return false;
    return rule->forget == POLICY_NEVER || c->last > event->now || -behind <= rule->forget;
}

static void add_error(struct counter *c, const struct event *event, const struct policy_rule *rule)
{
    if (c->errors > 0 && rule->forget != POLICY_NEVER && event->time - c->last > rule->forget)
        c->errors = 0;
    if (c->errors == 0)
        c->first = c->last = event->time;
    c->errors++;
    c->first = event->time < c->first ? event->time : c->first;
    c->last = event->time > c->last ? event->time : c->last;
}

bool entry_count(struct entry *e, const struct event *event, const struct policy_rule *rule)
{
    if (event->delivered)
        return count_delivery(e, event->time);
    if (rule == NULL || rule->after == POLICY_NEVER || e->state == ENTRY_ALLOWED ||
        is_known(e, event))
        return false;
    end_quarantine(e, event->time);
    struct counter *c = counter_of(e, event, rule);
    if (c == NULL)
        return false;
    remember(e, event);
    if (!counts_beside(c, event, rule))
        return event->identity != 0;
    add_error(c, event, rule);
    keep_text(e, event->text);
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

static bool forget_errors(struct entry *e, const struct policy *policy, int64_t now)
{
    bool changed = false;
    for (size_t i = e->counter_count; i-- > 0;) {
        const struct policy_rule *rule = rule_of(&e->counters[i], policy);
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
    for (size_t i = e->history_count; i-- > 0;)
        if (now - e->history[i].time > policy->window) {
            drop_event(e, i);
            changed = true;
        }
    return changed;
}

/* What a change by hand is called in the history. */
static const char *const by_hand[] = {"released", "erroneous", "added", "allowed", "denied"};

void entry_set(struct entry *e, enum entry_state state, const char *reason, int64_t now)
{
    e->state = state;
    e->since = now;
    e->until = POLICY_NEVER;
    e->detail[0] = '\0';
    set_word(e->reason, span_of(state == ENTRY_OK ? "" : reason));
    if (state == ENTRY_OK)
        e->counter_count = 0;
    note(e, now, by_hand[state]);
}

/* Does the entry hold its address back, or free, more firmly than the facts would? */
static bool says_more(const struct entry *e, const struct entry_facts *facts, int64_t now)
{
    enum entry_state state = entry_state_at(e, now);
    if (state == ENTRY_ALLOWED || state == ENTRY_DENIED)
        return true;
    if (state == ENTRY_ERRONEOUS && facts->state == ENTRY_ERRONEOUS)
        return facts->errors <= count_errors(e);
    if (state != ENTRY_QUARANTINED)
        return facts->state == ENTRY_OK;
    return facts->state != ENTRY_DENIED && facts->state != ENTRY_ALLOWED &&
           (e->until == POLICY_NEVER || facts->state != ENTRY_QUARANTINED ||
            (facts->until != POLICY_NEVER && facts->until <= e->until));
}

static void take_facts(struct entry *e, const struct entry_facts *facts)
{
    e->state = facts->state;
    e->since = facts->since;
    e->until = facts->state == ENTRY_QUARANTINED ? facts->until : POLICY_NEVER;
    set_word(e->reason, facts->state == ENTRY_ERRONEOUS ? span_make(NULL, 0) : facts->reason);
    set_word(e->detail, facts->detail);
    if (facts->text.n > 0)
        keep_text(e, facts->text);
    struct counter *c =
        facts->errors > 0 && policy_is_word(facts->reason) ? find_counter(e, facts->reason) : NULL;
    if (c != NULL && facts->errors > c->errors)
        c->errors = facts->errors, c->first = facts->first, c->last = facts->last;
    settle(e);
}

bool entry_merge(struct entry *e, const struct entry_facts *facts, int64_t now)
{
    if (says_more(e, facts, now))
        return false;
    bool new = entry_is_empty(e); /* then its history begins here, and `since` tells it */
    take_facts(e, facts);
    if (!new)
        note(e, now, IMPORTED);
    return true;
}

void entry_restore(struct entry *e, const struct entry_facts *facts, int64_t now)
{
    e->counter_count = 0;
    take_facts(e, facts);
    note(e, now, IMPORTED);
}

bool entry_is_empty(const struct entry *e)
{
    return e->state == ENTRY_OK && e->counter_count == 0 && e->history_count == 0;
}

static void write_word(struct buf *out, const char *word)
{
    buf_add_char(out, '\t');
    buf_add_string(out, *word != '\0' ? word : "-");
}

static void write_time(struct buf *out, bool set, int64_t time)
{
    char text[RFC3339_LENGTH + 1] = "-";
    if (set)
        rfc3339_format(time, text);
    write_word(out, text);
}

/* A mark and a number behind it. */
static void write_number(struct buf *out, char mark, int64_t number)
{
    buf_add_char(out, mark);
    if (number < 0)
        buf_add_char(out, '-');
    buf_add_number(out, number < 0 ? 0 - (uintmax_t)number : (uintmax_t)number, 10);
}

static void write_events(const struct entry *e, struct buf *out)
{
    for (size_t i = 0; i < e->history_count; i++) {
        const struct history *h = &e->history[i];
        buf_add_char(out, i > 0 ? ' ' : '\t');
        buf_add_number(out, h->identity, 16);
        write_number(out, '@', h->time);
        buf_add_char(out, '=');
        buf_add_string(out, h->what);
    }
    buf_add_string(out, e->history_count == 0 ? "\t-" : "");
}

void entry_write(const struct entry *e, struct buf *out)
{
    bool plain = e->state == ENTRY_OK || e->state == ENTRY_ERRONEOUS;
    buf_add_string(out, state_names[e->state]);
    write_word(out, e->reason);
    write_word(out, e->detail);
    write_number(out, '\t', count_errors(e));
    write_time(out, !plain, e->since);
    write_time(out, e->state == ENTRY_QUARANTINED && e->until != POLICY_NEVER, e->until);
    for (size_t i = 0; i < e->counter_count; i++) {
        const struct counter *c = &e->counters[i];
        buf_add_char(out, i > 0 ? ' ' : '\t');
        buf_add_string(out, c->name);
        write_number(out, '=', c->errors);
        write_number(out, '@', c->first);
        if (c->last != c->first)
            write_number(out, ',', c->last);
    }
    buf_add_string(out, e->counter_count == 0 ? "\t-" : "");
    write_events(e, out);
    write_time(out, e->known_to != NO_TIME, e->known_to);
    buf_add_char(out, '\t');
    escape_field(out, entry_text(e));
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
    while (!is_unset(list) && span_next_word(&list, &word)) {
        const char *equals = memchr(word.p, '=', word.n);
        uintmax_t errors, first, last;
        if (equals == NULL || e->counter_count == ENTRY_COUNTERS)
            return false;
        struct span name = span_make(word.p, (size_t)(equals - word.p));
        struct span rest = span_make(equals + 1, word.n - name.n - 1);
        if (!take_number(&rest, 10, '@', &errors))
            return false;
        bool one = memchr(rest.p, ',', rest.n) == NULL; /* the first is the last */
        if (!take_number(&rest, 10, one ? '\0' : ',', &first))
            return false;
        last = first;
        if (!one && !take_number(&rest, 10, '\0', &last))
            return false;
        struct counter *c = find_counter(e, name);
        if (c == NULL)
            return false;
        c->errors = (int64_t)errors;
        c->first = (int64_t)first;
        c->last = (int64_t)last;
    }
    return true;
}

/* Version 1 did not say what it was. */
static bool read_events(struct entry *e, struct span list)
{
    struct span word;
    while (!is_unset(list) && span_next_word(&list, &word)) {
        const char *equals = memchr(word.p, '=', word.n);
        size_t n = equals != NULL ? (size_t)(equals - word.p) : word.n;
        struct span id = span_make(word.p, n);
        struct span what =
            equals != NULL ? span_make(equals + 1, word.n - n - 1) : span_make("", 0);
        uintmax_t identity, time;
        if (e->history_count == ENTRY_HISTORY || what.n >= sizeof e->history->what ||
            !take_number(&id, 16, '@', &identity) || !take_number(&id, 10, '\0', &time))
            return false;
        struct history *h = add_event(e, identity, (int64_t)time);
        memcpy(h->what, what.p, what.n);
        h->what[what.n] = '\0';
    }
    return true;
}

static bool read_time(struct span field, int64_t unset, int64_t *time)
{
    *time = unset;
    return is_unset(field) || rfc3339_parse(field, time);
}

static bool read_text(struct entry *e, struct span field)
{
    struct buf scratch = {0};
    struct span text = unescape_field(field, &scratch);
    bool fits = text.n <= ENTRY_TEXT;
    if (fits)
        keep_text(e, text);
    buf_clear(&scratch);
    return fits;
}

bool entry_read(struct entry *e, struct span text)
{
    struct span fields[FIELDS];
    entry_clear(e);
    fields[FIELDS - 1] = span_of("-");
    if (record_cut(text, fields, FIELDS) < FIELDS_V1 || !entry_state_find(fields[0], &e->state))
        return false;
    if (!is_unset(fields[1]))
        set_word(e->reason, fields[1]);
    if (!is_unset(fields[2]))
        set_word(e->detail, fields[2]);
    return read_time(fields[4], 0, &e->since) && read_time(fields[5], POLICY_NEVER, &e->until) &&
           read_counters(e, fields[6]) && read_events(e, fields[7]) &&
           read_time(fields[8], NO_TIME, &e->known_to) && read_text(e, fields[9]);
}

bool entry_read_state(struct span text, int64_t now, enum entry_state *state)
{
    enum { STATE = 0, UNTIL = 5, MOST };
    struct span fields[MOST];
    int64_t until;
    if (record_cut(text, fields, MOST) < MOST || !entry_state_find(fields[STATE], state) ||
        !read_time(fields[UNTIL], POLICY_NEVER, &until))
        return false;
    if (*state == ENTRY_QUARANTINED && until != POLICY_NEVER && now >= until)
        *state = ENTRY_OK;
    return true;
}
