/*
 * store: all entries: two sorted files that are mapped and searched, never loaded, and the journal
 * of what has changed since (mxkit(5)). Readers take no lock and see one state; a writer locks,
 * changes, commits, unlocks, batch by batch. Functions that do I/O say their trouble and return 0
 * or an exit status.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/options.h"
#include "base/status.h"
#include "store/snapshot.h"

/* --no-wait */
extern const struct option_entry store_option_table[];

struct store;

/* Opens the state for reading, or for changes too; a state that does not exist reads as an empty
 * one. */
MUST_CHECK int store_open(struct store **store, bool change);

/* Sees what others have committed since. */
MUST_CHECK int store_refresh(struct store *b);

/* Takes the lock that a change needs (EX_TEMPFAIL if another run holds it, with --no-wait), and
 * refreshes. Nothing is done where the store holds it already. */
MUST_CHECK int store_lock(struct store *b);

/* Reads the entry of a normalised address, an empty one if there is none. EX_DATAERR where what is
 * known of it is damaged: then the address must not be judged. */
MUST_CHECK int store_find(struct store *b, struct span address, struct entry *e);

/*
 * The same for many, fast: one pass over the files finds their lines, which hold until the store is
 * locked, refreshed, committed; then store_found() reads the entry of each as it is now, or
 * store_found_state() its state alone. A key is a normalised address as escape_text() writes it; an
 * empty one is passed over.
 */
MUST_CHECK int store_look_up(struct store *b, struct request *requests, size_t count);
MUST_CHECK int store_found(struct store *b, const struct request *request, struct entry *e);
MUST_CHECK int store_found_state(struct store *b, const struct request *request, int64_t now_s,
                                 enum entry_state *state);

/* Changes an entry: seen by store_find() at once, by others and after a crash from store_commit()
 * on.
 */
void store_put(struct store *b, struct span address, const struct entry *e);
void store_put_key(struct store *b, struct span key, const struct entry *e);

/* Makes the changes since store_lock() safe (appended and fsynced), folds a long journal if that is
 * due, and gives the lock back. On failure the journal is as it was before. A
 * folding that fails undoes nothing: it is said, and store_close() returns it. Nothing is done
 * where the store is not locked. */
MUST_CHECK int store_commit(struct store *b);

/*
 * Every entry in the order of addresses; `visit` returns whether it has changed the entry. With
 * `change` (under the lock, with nothing to commit) the result becomes the new snapshot, without
 * empty entries, and the journal empty.
 */
typedef bool store_visit(void *context, struct span address, struct entry *e);
MUST_CHECK int store_each(struct store *b, store_visit *visit, void *context, bool change);

/* Drops what was not committed, folds what this run has added. 0, or what a folding failed with. */
MUST_CHECK int store_close(struct store *b);

#endif
