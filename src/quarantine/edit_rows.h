/*
 * edit_rows: entries changed by rows: each row names an address, and the changes are committed in
 * batches.
 */
#ifndef QUARANTINE_EDIT_ROWS_H
#define QUARANTINE_EDIT_ROWS_H

#include "base/status.h"
#include "lib/stream.h"
#include "store/store.h"

struct edit_rows {
    struct store *store;
    void *context; /* handed to both functions */

    /* Changes the entry by the stream's row; false if there is nothing to change. It may reject the
     * row. */
    bool (*change)(void *context, struct stream *s, struct span address, struct entry *e);

    /* Called after the changes of a batch are safe on the disk: 0 or an exit status. NULL: nothing
     * is to be done. */
    int (*committed)(void *context);
};

/* Reads the stream to its end; a row without a valid address is rejected. Returns 0 or an exit
 * status (reported); the caller closes the stream. */
MUST_CHECK int edit_rows(const struct edit_rows *edit, struct stream *s);

#endif
