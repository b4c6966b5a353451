/*
 * batch: rows of the stream that are kept together, so that their addresses are looked up in one
 * pass over the state. Owns copies of the rows, and borrows the store while it looks them up.
 * Functions that return int return 0 or an exit status (reported).
 */
#ifndef QUARANTINE_BATCH_H
#define QUARANTINE_BATCH_H

#include "base/status.h"
#include "base/task.h"
#include "lib/stream.h"
#include "store/states.h"

/* A zeroed struct is an empty batch. */
struct batch {
    struct buf lines;
    size_t *ends; /* of each row in `lines` */
    size_t count, capacity;
    struct states states; /* of the addresses: that of row N has place N */
    struct store *store;  /* in which they are looked up */
    struct task look_up;
};

/* Copies the stream's current row into the batch. batch_add() returns true if its key is a valid
 * address; batch_add_address() adds it only then. */
bool batch_add(struct batch *b, struct stream *s);
MUST_CHECK bool batch_add_address(struct batch *b, struct stream *s);

/* True if the batch should be worked on before more rows are added. */
bool batch_is_full(const struct batch *b);

/* A row as one line of TSV: borrowed until the batch changes. */
struct span batch_line(const struct batch *b, size_t row);

/* Looks up the addresses of all rows: states_look_up(). */
MUST_CHECK int batch_look_up(struct batch *b, struct store *s);

/* The same in two steps: a large batch is looked up in a thread, so that the next one can be read
 * meanwhile. From batch_start() to batch_wait(), which returns the status, the only call that the
 * store allows is store_found_state() about another batch's rows. A batch that was not started has
 * nothing to wait for. */
void batch_start(struct batch *b, struct store *s);
MUST_CHECK int batch_wait(struct batch *b);

/* Drops the rows and keeps the memory. */
void batch_empty(struct batch *b);

/* Frees what the batch holds, not the batch; no look-up may be under way. */
void batch_clear(struct batch *b);

#endif
