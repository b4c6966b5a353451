/*
 * domain_entries: the entries of whole domains, `@spam.example`, looked up for many addresses. Owns
 * its requests; borrows the keys of the addresses until domain_entries_empty(). A zeroed struct is
 * empty. Functions that return int return 0 or an exit status (reported).
 */
#ifndef STORE_DOMAIN_ENTRIES_H
#define STORE_DOMAIN_ENTRIES_H

#include "base/status.h"
#include "base/table.h"
#include "store/store.h"

struct domain_entries {
    struct table places; /* by domain: the place in `requests`, plus 1 */
    struct request *requests;
    size_t count, capacity;
    bool found; /* one of them has an entry */
};

/* Asks for the domain of an address, given as a key of the store; each domain once. */
void domain_entries_ask(struct domain_entries *d, struct span address);

/* Looks all of them up, as store_look_up() does. */
MUST_CHECK int domain_entries_look_up(struct domain_entries *d, struct store *s);

/* Replaces *state, that of the address itself, if its domain may not be written to at `now_s`
 * (seconds since 1970). */
MUST_CHECK int domain_entries_apply(const struct domain_entries *d, struct store *s,
                                    struct span address, int64_t now_s, enum entry_state *state);

/* Drops the requests and keeps the memory. */
void domain_entries_empty(struct domain_entries *d);
void domain_entries_clear(struct domain_entries *d);

#endif
