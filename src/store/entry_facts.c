#include "store/entry_facts.h"

/* True if the entry's state is to be kept: somebody set it by hand, or it blocks the address for at
 * least as long, or has at least as many errors. */
static bool is_firmer(const struct entry *e, const struct entry_facts *facts, int64_t now_s)
{
    enum entry_state state = entry_state_at(e, now_s);
    if (state == ENTRY_ALLOWED || state == ENTRY_DENIED)
        return true;
    if (state == ENTRY_ERRONEOUS && facts->state == ENTRY_ERRONEOUS)
        return facts->errors <= entry_errors(e);
    if (state != ENTRY_QUARANTINED)
        return facts->state == ENTRY_OK;
    return facts->state != ENTRY_DENIED && facts->state != ENTRY_ALLOWED &&
           (e->until_s == QUARANTINE_NEVER || facts->state != ENTRY_QUARANTINED ||
            (facts->until_s != QUARANTINE_NEVER && facts->until_s <= e->until_s));
}

static void apply_facts(struct entry *e, const struct entry_facts *facts)
{
    e->state = facts->state;
    e->since_s = facts->since_s;
    e->until_s = facts->state == ENTRY_QUARANTINED ? facts->until_s : QUARANTINE_NEVER;
    entry_set_reason(e, facts->state == ENTRY_ERRONEOUS ? span_make(NULL, 0) : facts->reason,
                     facts->detail);
    if (facts->text.n > 0)
        entry_keep_text(e, facts->text);
    struct counter *c = facts->errors > 0 && quarantine_is_word(facts->reason)
                            ? entry_find_counter(e, facts->reason)
                            : NULL;
    if (c != NULL && facts->errors > c->errors)
        c->errors = facts->errors, c->first_s = facts->first_s, c->last_s = facts->last_s;
    entry_settle(e);
}

bool entry_merge(struct entry *e, const struct entry_facts *facts, int64_t now_s)
{
    if (is_firmer(e, facts, now_s))
        return false;
    /* The history of a new entry begins here, and since_s tells when. */
    bool new = entry_is_empty(e);
    apply_facts(e, facts);
    if (!new)
        entry_note(e, now_s, "imported");
    return true;
}

void entry_restore(struct entry *e, const struct entry_facts *facts, int64_t now_s)
{
    e->counter_count = 0;
    apply_facts(e, facts);
    entry_note(e, now_s, "imported");
}
