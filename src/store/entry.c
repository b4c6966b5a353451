#include "store/entry.h"

#include <stdio.h>

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
    /* The arrays stay as they are, because this runs for each row. */
    e->state = ENTRY_OK;
    e->reason[0] = e->detail[0] = '\0';
    e->since_s = 0;
    e->until_s = QUARANTINE_NEVER;
    e->counter_count = e->history_count = 0;
    e->cleared_s = e->delivered_s = e->known_to_s = ENTRY_NO_TIME;
    e->text_length = 0;
    e->held.is_set = false;
}

bool entry_is_over(const struct entry *e, int64_t now_s)
{
    return e->state == ENTRY_QUARANTINED && e->until_s != QUARANTINE_NEVER && now_s >= e->until_s;
}

enum entry_state entry_state_at(const struct entry *e, int64_t now_s)
{
    return entry_is_over(e, now_s) ? ENTRY_OK : e->state;
}

int64_t entry_errors(const struct entry *e)
{
    int64_t errors = 0;
    for (size_t i = 0; i < e->counter_count; i++)
        errors += e->counters[i].errors;
    return errors;
}

int64_t entry_errors_at(const struct entry *e, int64_t now_s)
{
    return entry_is_over(e, now_s) ? 0 : entry_errors(e);
}

const struct counter *entry_latest(const struct entry *e)
{
    const struct counter *latest = NULL;
    for (size_t i = 0; i < e->counter_count; i++)
        if (latest == NULL || e->counters[i].last_s > latest->last_s)
            latest = &e->counters[i];
    return latest;
}

int64_t entry_began(const struct entry *e)
{
    const struct counter *latest = entry_latest(e);
    return e->state == ENTRY_ERRONEOUS && latest != NULL ? latest->last_s : e->since_s;
}

struct span entry_why(const struct entry *e)
{
    const struct counter *latest = entry_latest(e);
    if (e->state != ENTRY_ERRONEOUS || latest == NULL)
        return span_of(e->reason);
    return span_make(latest->name, strcspn(latest->name, "/"));
}

bool entry_error_times(const struct entry *e, int64_t *first_s, int64_t *last_s)
{
    for (size_t i = 0; i < e->counter_count; i++) {
        const struct counter *c = &e->counters[i];
        *first_s = i == 0 || c->first_s < *first_s ? c->first_s : *first_s;
        *last_s = i == 0 || c->last_s > *last_s ? c->last_s : *last_s;
    }
    return e->counter_count > 0;
}

static void set_word(char word[QUARANTINE_WORD], struct span value)
{
    word[0] = '\0';
    if (quarantine_is_word(value))
        snprintf(word, QUARANTINE_WORD, "%.*s", (int)value.n, value.p);
}

void entry_set_reason(struct entry *e, struct span reason, struct span detail)
{
    set_word(e->reason, reason);
    set_word(e->detail, detail);
    quarantine_one_spelling(e->reason, e->detail);
}

void entry_drop_history(struct entry *e, size_t i)
{
    if (e->history[i].identity != 0 && e->history[i].time_s > e->known_to_s)
        e->known_to_s = e->history[i].time_s;
    e->history[i] = e->history[--e->history_count];
}

static void drop_oldest_event(struct entry *e)
{
    size_t oldest = 0;
    for (size_t i = 1; i < e->history_count; i++)
        if (e->history[i].time_s < e->history[oldest].time_s)
            oldest = i;
    entry_drop_history(e, oldest);
}

struct history *entry_add_history(struct entry *e, uint64_t identity, int64_t time_s)
{
    if (e->history_count == ENTRY_HISTORY)
        drop_oldest_event(e);
    struct history *h = &e->history[e->history_count++];
    h->identity = identity;
    h->time_s = time_s;
    h->what[0] = '\0';
    return h;
}

void entry_note(struct entry *e, int64_t time_s, const char *what)
{
    snprintf(entry_add_history(e, 0, time_s)->what, sizeof e->history->what, "%s", what);
}

void entry_name_error(char name[2 * QUARANTINE_WORD], struct span reason, struct span detail)
{
    bool fine = quarantine_is_word(detail);
    snprintf(name, 2 * QUARANTINE_WORD, "%.*s%s%.*s",
             quarantine_is_word(reason) ? (int)reason.n : 0, reason.p, fine ? "/" : "",
             fine ? (int)detail.n : 0, detail.p);
}

size_t entry_cut_text(char out[ENTRY_TEXT], struct span text)
{
    size_t n = text.n;
    if (n > ENTRY_TEXT)
        for (n = ENTRY_TEXT; n > ENTRY_TEXT - 4 && ((unsigned char)text.p[n] & 0xc0) == 0x80; n--)
            ;
    memcpy(out, n > 0 ? text.p : "", n);
    return n;
}

void entry_keep_text(struct entry *e, struct span text)
{
    e->text_length = entry_cut_text(e->text, text);
}

struct span entry_text(const struct entry *e)
{
    return span_make(e->text, e->text_length);
}

struct counter *entry_find_counter(struct entry *e, struct span name)
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

void entry_drop_counter(struct entry *e, size_t i)
{
    e->counters[i] = e->counters[--e->counter_count];
}

void entry_settle(struct entry *e)
{
    if (e->state == ENTRY_ERRONEOUS && e->counter_count == 0)
        e->state = ENTRY_OK;
}

bool entry_end(struct entry *e, int64_t now_s)
{
    if (!entry_is_over(e, now_s))
        return false;
    entry_note(e, e->until_s, "ended");
    e->state = ENTRY_OK;
    e->counter_count = 0;
    e->reason[0] = e->detail[0] = '\0';
    return true;
}

/* What the history calls a change by hand; ENTRY_ERRONEOUS is never set by hand. */
static const char *const by_hand[] = {"released", "erroneous", "added", "allowed", "denied"};

void entry_set(struct entry *e, enum entry_state state, const char *reason, int64_t now_s)
{
    entry_end(e, now_s);
    e->held.is_set = false;
    e->state = state;
    e->since_s = now_s;
    e->until_s = QUARANTINE_NEVER;
    entry_set_reason(e, span_of(state == ENTRY_OK ? "" : reason), span_of(""));
    if (state == ENTRY_OK)
        e->counter_count = 0;
    if (state == ENTRY_OK || state == ENTRY_ALLOWED)
        e->cleared_s = now_s;
    entry_note(e, now_s, by_hand[state]);
}

bool entry_is_empty(const struct entry *e)
{
    return e->state == ENTRY_OK && e->counter_count == 0 && e->history_count == 0 &&
           e->cleared_s == ENTRY_NO_TIME && e->delivered_s == ENTRY_NO_TIME && !e->held.is_set;
}
