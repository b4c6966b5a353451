/*
 * store: the quarantine's state: the entries of all addresses, in a text store (text_store.h),
 * which locks, commits and closes. Functions that return int report their own errors and return 0
 * or an exit status: EX_DATAERR if what the state has of an address is damaged; then the address
 * must not be judged.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/status.h"
#include "store/entry.h"
#include "store/text_store.h"

/* Opens the state as text_store_open() does. */
MUST_CHECK int store_open(struct store **store, enum store_mode mode);

/* Reads the entry of an address in canonical form (canonical.h); an empty one if the state has
 * nothing. */
MUST_CHECK int store_find(struct store *s, struct span address, struct entry *e);

/* After store_look_up(): reads the entry that a request found, or only its state at `now_s`
 * (seconds since 1970). */
MUST_CHECK int store_found(struct store *s, const struct request *request, struct entry *e);
MUST_CHECK int store_found_state(struct store *s, const struct request *request, int64_t now_s,
                                 enum entry_state *state);

/* Changes the entry of a canonical address, or of a key (an address as escape_text() writes it), as
 * text_store_put() does. */
void store_put(struct store *s, struct span address, const struct entry *e);
void store_put_key(struct store *s, struct span key, const struct entry *e);

/* Visits one entry. Returns true if it has changed *e. Both are borrowed during the call. */
typedef bool store_visit(void *context, struct span address, struct entry *e);

/* Visits every entry that is not empty, as text_store_each() does. */
MUST_CHECK int store_each(struct store *s, store_visit *visit, void *context, bool change);

#endif
