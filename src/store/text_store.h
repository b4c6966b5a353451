/*
 * text_store: keys and their texts, kept in two sorted files, which are mapped and searched but
 * never loaded, and the journal of what has changed since (mxkit(5)). Readers take no lock and see
 * one state; a writer locks, changes, commits and unlocks, batch by batch. The caller owns the
 * store, and closes it even if opening failed. Functions that return int report their own errors
 * and return 0 or an exit status: EX_DATAERR for damage, EX_CONFIG for a newer version, and those
 * of safedir.h.
 *
 * A key is a value as escape_text() writes it, without TABs; a text is one or more TSV fields.
 */
#ifndef STORE_TEXT_STORE_H
#define STORE_TEXT_STORE_H

#include "base/buf.h"
#include "base/options.h"
#include "base/status.h"
#include "store/snapshot.h"

/* --no-wait */
extern const struct option_entry store_option_table[];

struct store;

/* What a store holds: the names of its files in the state directory, and what its texts are. */
struct store_kind {
    const char *snapshot, *recent, *journal, *lock; /* NAME.tsv NAME.recent.tsv NAME.journal ... */

    /* True if a text says nothing, so that a snapshot leaves its key out. */
    bool (*is_empty)(struct span text);

    /* What many look-ups want to know of a text, as a number other than 0 (snapshot.h); NULL:
     * nothing. */
    text_summary *summarise;

    /* Rewrites files of an older version, under the lock: 0 or an exit status (reported). */
    int (*migrate)(struct store *s);
};

enum store_mode {
    STORE_READ,   /* for reading; without write permission, too */
    STORE_CHANGE, /* also for changes */
    STORE_BEGIN,  /* also for changes; makes the directory if it does not exist */
};

/* Opens the files. A directory that does not exist reads as an empty state, or is made to change
 * it, unless somebody named it (-s, MXKIT_STATE): then only STORE_BEGIN makes it, and otherwise
 * that is EX_NOINPUT. *store is set even on failure, and then good for store_close() only. `kind`
 * is borrowed. */
MUST_CHECK int text_store_open(struct store **store, const struct store_kind *kind,
                               enum store_mode mode);

/* For a reader that keeps running: sees what others have committed since. */
MUST_CHECK int store_refresh(struct store *s);

/* Takes the lock that a change needs, and sees what others have committed. Waits for the lock or,
 * with --no-wait, returns EX_TEMPFAIL if another run holds it. Migrates files of an older version.
 * Does nothing if the store has the lock already. */
MUST_CHECK int store_lock(struct store *s);

/* Finds the text of a key, unset if the key is new; it is borrowed until the store is changed,
 * locked, refreshed, committed or closed. */
MUST_CHECK int text_store_find(struct store *s, struct span key, struct span *text);

/*
 * The same for many keys, fast: store_look_up() finds the lines of all of them in one pass over the
 * files; they hold until the store is locked, refreshed, committed or closed. After that,
 * store_found_text() gives the text of each, with the changes that were put since, unset if the key
 * is new; store_found_summary() gives what the kind summarises of it, 0 if the key is new. The keys
 * are borrowed from the caller; a request with an empty key is passed over.
 */
MUST_CHECK int store_look_up(struct store *s, struct request *requests, size_t count);
struct span store_found_text(const struct store *s, const struct request *request);
int64_t store_found_summary(const struct store *s, const struct request *request);

/* Changes the text of a key, under the lock. This store sees the change at once; others, and a run
 * after a crash, see it from store_commit() on. */
void text_store_put(struct store *s, struct span key, struct span text);

/* Makes the changes since store_lock() safe, compacts a long journal if that is due, and gives the
 * lock back. If the append fails, the journal is as it was before and the changes are dropped. A
 * compaction that fails undoes nothing: it is reported, and store_close() returns its status. Does
 * nothing if the store is not locked. */
MUST_CHECK int store_commit(struct store *s);

/* The bytes of its files, and how many more the file system has room for. */
MUST_CHECK int store_room(const struct store *s, uint64_t *used, uint64_t *free);

/* Visits one key. To change its text, writes a new one to `changed`, which is empty. Returns 0, or
 * an exit status (reported), which ends the walk. All arguments are borrowed during the call. */
typedef int text_visit(void *context, struct span key, struct span text, struct buf *changed);

/* Visits every key whose text is not empty, in their order, and checks every line. With `change`,
 * which needs the lock and nothing left to commit, what the visits have made of the texts becomes
 * the new snapshot, without empty ones, and the journal is emptied; without it, what they change is
 * lost. `visit` may be NULL. */
MUST_CHECK int text_store_each(struct store *s, text_visit *visit, void *context, bool change);

/* Drops what was not committed, compacts what this run has added if that is due and no other run
 * holds the lock, and frees the store. Returns 0, or what a compaction failed with. */
MUST_CHECK int store_close(struct store *s);

#endif
