/*
 * store_files: the snapshot, the recent file and the journal, opened as one state; for the files of
 * the store alone: text_store.c (lock, change, commit), store_find.c (look up), store_walk.c (visit
 * every entry, compact). The store owns all of them. Functions that return int report their own
 * errors and return 0 or an exit status.
 */
#ifndef STORE_STORE_FILES_H
#define STORE_STORE_FILES_H

#include "base/status.h"
#include "store/journal.h"
#include "store/overlay.h"
#include "store/snapshot.h"
#include "store/text_store.h"

struct store {
    const struct store_kind *kind;
    enum store_mode mode;
    struct safedir dir;
    struct snapshot snapshot, recent;
    struct journal journal;
    struct overlay overlay; /* what the journal and the batch have */
    struct buf key;         /* what store_key() returned last */
    struct buf text;        /* of an entry that is put */
    struct buf batch;       /* the lines that are committed; kept, since new memory costs time */
    int lock;               /* a descriptor; -1: not locked */
    bool told;              /* that this run waits for the lock */
    int compaction_status;  /* what a compaction failed with: it is not tried again */
    bool exists;            /* the state directory could be opened */
    bool writes;            /* opened for changes: the journal is read only under the lock */
    bool exact_case;        /* of the keys; as the files say, or as a new state was asked for */
};

/* Opens the three files, anew if they were open, as one state: without the journal's lines. A
 * compaction that ends between two of the opens leaves a file that adds to a newer one than was
 * opened; then all are opened again. EX_DATAERR if that happens each time: a file was lost. */
MUST_CHECK int store_open_files(struct store *s);
void store_close_files(struct store *s);

/* Reads what the journal has beyond what was read. With `cut`, which needs the lock, an incomplete
 * end is cut off. A stale journal is not read. */
MUST_CHECK int store_read_journal(struct store *s, bool cut);

/* Sees what others committed since: opens replaced files again and reads on in the journal, with
 * `cut` as above. EX_NOINPUT if the files were removed or are older than those that were open,
 * EX_TEMPFAIL if the case of keys counts now, or does not any more. */
MUST_CHECK int store_refresh_files(struct store *s, bool cut);
void store_unlock(struct store *s);

/* True if a compaction has put all of the recent file into the snapshot. */
bool store_recent_is_stale(const struct store *s);

/* True if all of the journal is in the files that it would add to: a compaction was killed before
 * it emptied the journal. */
bool store_journal_is_stale(const struct store *s);

/* The generation that a journal must have to add to the files. */
uint64_t store_generation(const struct store *s);

/* True if the files say whether the case of keys counts: they do since version 3. */
bool store_has_case(const struct store *s);

/* The stamp of a new file of that generation and base. */
struct stamp store_stamp(const struct store *s, uint64_t generation, uint64_t base);

/* True if a file is of an older version: a compaction then rewrites all of them. */
bool store_is_old(const struct store *s);

/* The address as the files have it: borrowed from the store until the next call. */
struct span store_key(struct store *s, struct span address);

/* Reports that what the state has of the address is not an entry; returns EX_DATAERR. */
MUST_CHECK int store_say_bad_entry(const struct store *s, struct span key);

#endif
