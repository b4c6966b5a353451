/*
 * store_inside: what the files of the store share: store.c (open, lock, change, commit),
 * store_find.c (look up) and store_walk.c (every entry, and compaction).
 */
#ifndef STORE_STORE_INSIDE_H
#define STORE_STORE_INSIDE_H

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

/* Compacts the journal, under the lock, if it has grown too long for a run that goes on; 0 or an
 * exit status (reported). */
MUST_CHECK int store_compact_if_due(struct store *s);

/* Compacts at the end of a run what the run has let grow, unless another run holds the lock. */
MUST_CHECK int store_compact_at_end(struct store *s);

#endif
