/*
 * book: all entries: two sorted files that are mapped and searched, never loaded, and the journal
 * of what has changed since (mxkit(5)). Readers take no lock and see one state; a writer locks,
 * changes, commits, unlocks, batch by batch. Functions that do I/O say their trouble and return 0
 * or an exit status.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/snapshot.h"

/* --no-wait */
extern const struct option_entry book_option_table[];

struct book;

/* Opens the state for reading, or for changes too; a state that does not exist reads as an empty
 * one. */
int book_open(struct book **book, bool change);

/* Sees what others have committed since. */
int book_refresh(struct book *b);

/* Takes the lock that a change needs (EX_TEMPFAIL if another run holds it, with --no-wait), and
 * refreshes. Nothing is done where the book holds it already. */
int book_lock(struct book *b);

/* Reads the entry of a normalised address, an empty one if there is none. EX_DATAERR where what is
 * known of it is damaged: then the address must not be judged. */
int book_find(struct book *b, struct span address, struct entry *e);

/*
 * The same for many, fast: one pass over the files finds their lines, which hold until the book is
 * locked, refreshed, committed; then book_found() reads the entry of each as it is now, or
 * book_found_state() its state alone. A key is a normalised address as escape_text() writes it; an
 * empty one is passed over.
 */
int book_look_up(struct book *b, struct wanted *wants, size_t count);
int book_found(struct book *b, const struct wanted *wanted, struct entry *e);
int book_found_state(struct book *b, const struct wanted *wanted, int64_t now,
                     enum entry_state *state);

/* Changes an entry: seen by book_find() at once, by others and after a crash from book_commit() on.
 */
void book_put(struct book *b, struct span address, const struct entry *e);
void book_put_key(struct book *b, struct span key, const struct entry *e);

/* Makes the changes since book_lock() safe (appended and fsynced), folds a long journal if that is
 * due, and gives the lock back. On failure the journal is as it was before. A
 * folding that fails undoes nothing: it is said, and book_close() returns it. Nothing is done where
 * the book is not locked. */
int book_commit(struct book *b);

/*
 * Every entry in the order of addresses; `visit` returns whether it has changed the entry. With
 * `change` (under the lock, with nothing to commit) the result becomes the new snapshot, without
 * empty entries, and the journal empty.
 */
typedef bool book_visit(void *context, struct span address, struct entry *e);
int book_each(struct book *b, book_visit *visit, void *context, bool change);

/* Drops what was not committed, folds what this run has added. 0, or what a folding failed with. */
int book_close(struct book *b);

#endif
