#include "store/entry_join.h"

static bool ends_later(const struct entry *e, const struct entry *other)
{
    return e->until_s == QUARANTINE_NEVER ||
           (other->until_s != QUARANTINE_NEVER && e->until_s >= other->until_s);
}

/* True if the state of `e` holds against that of `other`. */
static bool is_firmer(const struct entry *e, const struct entry *other)
{
    static const int firmness[] = {[ENTRY_OK] = 0,
                                   [ENTRY_ERRONEOUS] = 1,
                                   [ENTRY_QUARANTINED] = 2,
                                   [ENTRY_ALLOWED] = 3,
                                   [ENTRY_DENIED] = 4};
    if (e->state == ENTRY_QUARANTINED && other->state == ENTRY_QUARANTINED)
        return ends_later(e, other);
    return firmness[e->state] >= firmness[other->state];
}

static void join_state(struct entry *e, const struct entry *other)
{
    if (is_firmer(e, other))
        return;
    e->state = other->state;
    e->since_s = other->since_s;
    e->until_s = other->until_s;
    memcpy(e->reason, other->reason, sizeof e->reason);
    memcpy(e->detail, other->detail, sizeof e->detail);
}

static void join_counter(struct entry *e, const struct counter *c)
{
    struct counter *mine = entry_find_counter(e, span_of(c->name));
    if (mine == NULL)
        return;
    if (mine->errors == 0) {
        *mine = *c;
        return;
    }
    mine->errors += c->errors;
    mine->first_s = c->first_s < mine->first_s ? c->first_s : mine->first_s;
    mine->last_s = c->last_s > mine->last_s ? c->last_s : mine->last_s;
}

static void join_history(struct entry *e, const struct history *h)
{
    struct history *mine = entry_add_history(e, h->identity, h->time_s);
    memcpy(mine->what, h->what, sizeof mine->what);
}

void entry_join(struct entry *e, const struct entry *other)
{
    const struct counter *mine = entry_latest(e), *theirs = entry_latest(other);
    if (theirs != NULL && (mine == NULL || theirs->last_s > mine->last_s))
        entry_keep_text(e, entry_text(other));
    join_state(e, other);
    for (size_t i = 0; i < other->counter_count; i++)
        join_counter(e, &other->counters[i]);
    for (size_t i = 0; i < other->history_count; i++)
        join_history(e, &other->history[i]);
    e->known_to_s = other->known_to_s > e->known_to_s ? other->known_to_s : e->known_to_s;
}
