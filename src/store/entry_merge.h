/*
 * entry_merge: merges into the state what a list says of an address.
 * Pure: no I/O and no clock; every time is in seconds since 1970 and comes from the caller. Nothing
 * can fail; the facts borrow their spans from the caller during the call.
 */
#ifndef STORE_ENTRY_MERGE_H
#define STORE_ENTRY_MERGE_H

#include "store/entry.h"

/* An entry as a list has it. */
struct entry_facts {
    enum entry_state state;
    struct span reason, detail; /* left out if they are not words (quarantine_is_word()) */
    struct span text;           /* empty: the entry keeps its own */
    int64_t since_s, until_s;   /* until_s may be QUARANTINE_NEVER */
    int64_t errors, first_s, last_s;
    /* The errors by reason, as entry_write_counters() writes them; empty: `errors` of `reason`.
     * Checked by entry_facts_have_counters(). */
    struct span counters;
};

/* True if `counters` can be read. */
MUST_CHECK bool entry_facts_have_counters(struct span counters);

/* Takes the facts over unless the entry is firmer: allowed, denied, quarantined for as long, or
 * erroneous with as many errors. True if the entry has changed. */
bool entry_merge(struct entry *e, const struct entry_facts *facts, int64_t now_s);

/* Takes them over whatever the entry is, to undo what was done since the list was printed. */
void entry_restore(struct entry *e, const struct entry_facts *facts, int64_t now_s);

#endif
