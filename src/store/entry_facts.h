/*
 * entry_facts: an entry as a list has it, taken over into the state. Pure.
 */
#ifndef STORE_ENTRY_FACTS_H
#define STORE_ENTRY_FACTS_H

#include "store/entry.h"

/* An entry as a list has it. */
struct entry_facts {
    enum entry_state state;
    struct span reason, detail; /* words, or they are left out */
    struct span text;
    int64_t since_s, until_s; /* until: or POLICY_NEVER */
    int64_t errors, first_s, last_s;
};

/* Takes the facts over, unless what stands says more: an address that is allowed, denied or
 * quarantined for as long stays. True if the entry has changed. */
bool entry_merge(struct entry *e, const struct entry_facts *facts, int64_t now_s);

/* Takes them over whatever stands, to undo what was done since. */
void entry_restore(struct entry *e, const struct entry_facts *facts, int64_t now_s);

#endif
