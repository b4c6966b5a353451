/*
 * store_files: the snapshot, the recent file and the journal, opened as one state; for the files of
 * the store alone: store.c (lock, change, commit), store_find.c (look up), store_walk.c (visit
 * every entry, compact).
 */
#ifndef STORE_STORE_FILES_H
#define STORE_STORE_FILES_H

#include "base/status.h"
#include "store/journal.h"
#include "store/overlay.h"
#include "store/snapshot.h"
#include "store/store.h"

struct store {
    struct safedir dir;
    struct snapshot snapshot, recent;
    struct journal journal;
    struct overlay overlay; /* of the journal and the batch */
    struct buf key;         /* the address as the files have it */
    int lock;
    int compaction_status; /* what a folding failed with; it is not tried again */
    bool exists;           /* there is a state directory */
    bool writes;           /* opened for changes: the journal is read under the lock only */
};

/* Opens the three files as one state; 0 or an exit status (reported). */
MUST_CHECK int store_open_files(struct store *s);
void store_close_files(struct store *s);

/* Reads what the journal holds beyond what was read; with `cut`, under the lock, a torn end is cut
 * off. */
MUST_CHECK int store_read_journal(struct store *s, bool cut);

/* Sees what others have committed since, under the lock. */
MUST_CHECK int store_refresh_locked(struct store *s, bool cut);
void store_unlock(struct store *s);

/* Has a compaction into the snapshot taken in the recent file already? */
bool store_recent_is_stale(const struct store *s);

/* Is all of the journal in the files that it would add to? Then a compaction was killed before it
 * emptied the journal. */
bool store_journal_is_stale(const struct store *s);

/* The generation that a journal must have to add to the files. */
uint64_t store_generation(const struct store *s);

/* Is a file of an older format? Then a compaction writes them all anew. */
bool store_is_old(const struct store *s);

/* The address as the files have it; lives until the next call. */
struct span store_key(struct store *s, struct span address);

/* Reports that what is known of the address is not an entry: EX_DATAERR. */
MUST_CHECK int store_say_no_entry(const struct store *s, struct span key);

#endif
