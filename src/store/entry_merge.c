#include "store/entry_merge.h"

#include "store/entry_text.h"

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

/* Of both, the later time; ENTRY_NO_TIME is the earliest. */
static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void take_counter(struct entry *e, const struct counter *from)
{
    struct counter *c = entry_find_counter(e, span_of(from->name));
    if (c != NULL && from->errors > c->errors)
        c->errors = from->errors, c->first_s = from->first_s, c->last_s = from->last_s;
}

/* Takes over the errors of each reason, or of the one reason that an older list has. Of two numbers
 * of errors, the larger one is kept. */
static void take_counters(struct entry *e, const struct entry_facts *facts)
{
    struct entry listed;
    entry_clear(&listed);
    if (facts->counters.n > 0) {
        if (!entry_read_counters(&listed, facts->counters))
            listed.counter_count = 0;
    } else if (facts->errors > 0 && quarantine_is_word(facts->reason)) {
        struct counter *c = entry_find_counter(&listed, facts->reason);
        c->errors = facts->errors, c->first_s = facts->first_s, c->last_s = facts->last_s;
    }
    for (size_t i = 0; i < listed.counter_count; i++)
        take_counter(e, &listed.counters[i]);
    /* The state is the list's now, so that what was cleared since counts again. */
    if (facts->counters.n > 0)
        e->cleared_s = listed.cleared_s;
    e->delivered_s = later(e->delivered_s, listed.delivered_s);
}

bool entry_facts_have_counters(struct span counters)
{
    struct entry e;
    entry_clear(&e);
    return entry_read_counters(&e, counters);
}

static void apply_facts(struct entry *e, const struct entry_facts *facts)
{
    e->state = facts->state;
    e->held.is_set = false;
    e->since_s = facts->since_s;
    e->until_s = facts->state == ENTRY_QUARANTINED ? facts->until_s : QUARANTINE_NEVER;
    entry_set_reason(e, facts->state == ENTRY_ERRONEOUS ? span_make(NULL, 0) : facts->reason,
                     facts->detail);
    if (facts->text.n > 0)
        entry_keep_text(e, facts->text);
    take_counters(e, facts);
    entry_settle(e);
}

bool entry_merge(struct entry *e, const struct entry_facts *facts, int64_t now_s)
{
    if (is_firmer(e, facts, now_s))
        return false;
    entry_end(e, now_s);
    /* The history of a new entry begins here, and since_s tells when. */
    bool new = entry_is_empty(e);
    apply_facts(e, facts);
    if (!new)
        entry_note(e, now_s, "imported");
    return true;
}

void entry_restore(struct entry *e, const struct entry_facts *facts, int64_t now_s)
{
    entry_end(e, now_s);
    e->counter_count = 0;
    e->text_length = 0;
    /* A list with counters has these times, too; an older one leaves them as they are. */
    if (facts->counters.n > 0)
        e->cleared_s = e->delivered_s = ENTRY_NO_TIME;
    apply_facts(e, facts);
    entry_note(e, now_s, "imported");
}
