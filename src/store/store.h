/*
 * store: all entries of the state: two sorted files, which are mapped and searched but never
 * loaded, and the journal of what has changed since (mxkit(5)). Readers take no lock and see one
 * state; a writer locks, changes, commits and unlocks, batch by batch. The caller owns the store,
 * and closes it even if store_open() failed. Functions that return int report their own errors and
 * return 0 or an exit status: EX_DATAERR for damage, EX_CONFIG for a newer version, and those of
 * safedir.h.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/options.h"
#include "base/status.h"
#include "store/snapshot.h"

/* --no-wait */
extern const struct option_entry store_option_table[];

struct store;

/* Opens the state for reading or, with `change`, also for changes: then the directory is made if it
 * does not exist. A state that does not exist reads as an empty one. *store is set even on failure,
 * and then good for store_close() only. */
MUST_CHECK int store_open(struct store **store, bool change);

/* For a reader that keeps running: sees what others have committed since. */
MUST_CHECK int store_refresh(struct store *s);

/* Takes the lock that a change needs, and sees what others have committed. Waits for the lock or,
 * with --no-wait, returns EX_TEMPFAIL if another run holds it. Rewrites a state of an older
 * version. Does nothing if the store has the lock already. */
MUST_CHECK int store_lock(struct store *s);

/* Reads the entry of an address in canonical form (canonical.h); an empty one if the state has
 * nothing. EX_DATAERR if what the state has of it is damaged: then the address must not be judged.
 */
MUST_CHECK int store_find(struct store *s, struct span address, struct entry *e);

/*
 * The same for many addresses, fast. store_look_up() finds the lines of all of them in one pass
 * over the files; they hold until the store is locked, refreshed, committed or closed. After that,
 * store_found() reads the entry of each, with the changes that were put since, and
 * store_found_state() only its state at `now_s` (seconds since 1970). A key is a canonical address
 * as escape_text() writes it, borrowed from the caller; a request with an empty key is passed over.
 */
MUST_CHECK int store_look_up(struct store *s, struct request *requests, size_t count);
MUST_CHECK int store_found(struct store *s, const struct request *request, struct entry *e);
MUST_CHECK int store_found_state(struct store *s, const struct request *request, int64_t now_s,
                                 enum entry_state *state);

/* Changes the entry of a canonical address, or of a key as above, under the lock. This store sees
 * the change at once; others, and a run after a crash, see it from store_commit() on. */
void store_put(struct store *s, struct span address, const struct entry *e);
void store_put_key(struct store *s, struct span key, const struct entry *e);

/* Makes the changes since store_lock() safe, by one append and fsync(2), compacts a long journal if
 * that is due, and gives the lock back. If the append fails, the journal is as it was before and
 * the changes are dropped. A compaction that fails undoes nothing: it is reported, and
 * store_close() returns its status. Does nothing if the store is not locked. */
MUST_CHECK int store_commit(struct store *s);

/* Visits one entry. Returns true if it has changed *e. Both are borrowed during the call. */
typedef bool store_visit(void *context, struct span address, struct entry *e);

/* Visits every entry that is not empty, in the order of addresses, and checks every line. With
 * `change`, which needs the lock and nothing left to commit, what the visits have made of the
 * entries becomes the new snapshot, without empty ones, and the journal is emptied; without it,
 * what they change is lost. `visit` may be NULL. */
MUST_CHECK int store_each(struct store *s, store_visit *visit, void *context, bool change);

/* Drops what was not committed, compacts what this run has added if that is due and no other run
 * holds the lock, and frees the store. Returns 0, or what a compaction failed with. */
MUST_CHECK int store_close(struct store *s);

#endif
