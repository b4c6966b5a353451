/*
 * import_batch: rows of a list that are merged into the state together, by a thread of their own
 * while the next batch is read. Owns the rows, and borrows the store, which nothing else may use
 * from import_batch_start() to import_batch_wait().
 */
#ifndef QUARANTINE_IMPORT_BATCH_H
#define QUARANTINE_IMPORT_BATCH_H

#include "base/tally.h"
#include "base/task.h"
#include "store/entry_merge.h"
#include "store/states.h"

/* What became of the rows of all batches. */
struct import_counts {
    struct tally taken; /* by state, reason and detail */
    uint64_t kept;      /* rows that changed nothing */
    struct buf why;     /* scratch */
};

/* A zeroed struct is an empty batch. */
struct import_batch {
    struct states asked;       /* one address or domain for each row */
    struct entry_facts *facts; /* one for each row */
    size_t facts_capacity;
    struct buf bytes; /* what the facts borrow; it never moves */
    bool exact;       /* give each address its state in the list; set by the caller */
    struct store *store;
    struct import_counts *counts;
    struct task merge;
};

/* Adds a row; its facts are copied. False if `address` is neither an address nor a domain. */
MUST_CHECK bool import_batch_add(struct import_batch *b, struct span address,
                                 const struct entry_facts *facts);

bool import_batch_is_full(const struct import_batch *b);

/* Starts to merge the rows, under the lock, and to make them safe. */
void import_batch_start(struct import_batch *b, struct store *store, struct import_counts *counts);

/* Waits until that is done, and empties the batch. Returns 0 or an exit status (reported); 0 if
 * nothing was started. */
MUST_CHECK int import_batch_wait(struct import_batch *b);

/* Frees what it holds, not the struct. */
void import_batch_clear(struct import_batch *b);
void import_counts_clear(struct import_counts *counts);

#endif
