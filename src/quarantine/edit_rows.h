/*
 * edit_rows: changes entries by rows, each of which names an address. The changes are committed in
 * batches, so that other runs get the lock in between. Borrows store and stream, which the caller
 * closes. Fails as these two do, or as a batch's `before_commit` does.
 */
#ifndef QUARANTINE_EDIT_ROWS_H
#define QUARANTINE_EDIT_ROWS_H

#include "base/status.h"
#include "lib/stream.h"
#include "store/store.h"

struct edit_rows {
    struct store *store;
    void *context; /* passed to both functions */

    /* Changes the entry of an address by the stream's current row. Returns false if it has changed
     * nothing. May reject the row. All pointers are borrowed during the call. */
    bool (*change)(void *context, struct stream *s, struct span address, struct entry *e);

    /* Called before the changes of a batch are committed: 0, or an exit status (reported), and then
     * they are dropped. NULL: nothing is to be done. */
    int (*before_commit)(void *context);
};

/* Reads the stream to its end, and rejects rows without a valid address. Returns 0 or an exit
 * status (reported). */
MUST_CHECK int edit_rows(const struct edit_rows *edit, struct stream *s);

#endif
