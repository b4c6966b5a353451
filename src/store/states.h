/*
 * states: the states of many addresses, looked up in one pass over the store. Each address that is
 * asked about has a place, from 0. Owns the keys and requests. A zeroed struct is empty. Functions
 * that return int return 0 or an exit status (reported).
 */
#ifndef STORE_STATES_H
#define STORE_STATES_H

#include "base/status.h"
#include "store/domain_entries.h"
#include "store/store.h"

struct states {
    struct buf keys;
    size_t *ends; /* of each key in `keys` */
    size_t count, capacity;
    struct request *requests; /* one for each place, after states_look_up() */
    size_t request_capacity;
    bool with_domains; /* the entries of whole domains count, too; the caller sets it */
    struct domain_entries domains;
    struct buf address; /* scratch */
};

/* Asks about an address. False, and it gets no place, if the text is not a valid address. */
MUST_CHECK bool states_ask(struct states *s, struct span address);

/* The same for an address or a whole domain (canonical_key()). */
MUST_CHECK bool states_ask_entry(struct states *s, struct span text);

/* Gives a place to something that has no valid address. */
void states_ask_nothing(struct states *s);

/* Leaves the last place as one without an address. */
void states_withdraw(struct states *s);

/* Looks up all that was asked. s->requests then has what was found, as store_look_up() leaves it,
 * until states_empty(). */
MUST_CHECK int states_look_up(struct states *s, struct store *store);

/* True if there is a valid address at the place; after states_look_up(). */
bool states_has_address(const struct states *s, size_t place);

/* The state of that address or, with_domains, of its whole domain, at `now_s` (seconds since 1970);
 * only for a place with an address, after states_look_up(). */
MUST_CHECK int states_get(const struct states *s, struct store *store, size_t place, int64_t now_s,
                          enum entry_state *state);

/* Replaces *state, that of the address itself, if with_domains and its whole domain may not be
 * written to. */
MUST_CHECK int states_apply_domain(const struct states *s, struct store *store, size_t place,
                                   int64_t now_s, enum entry_state *state);

/* Forgets what was asked, and keeps the memory. */
void states_empty(struct states *s);

/* Frees what it holds, not the struct. */
void states_clear(struct states *s);

#endif
