/*
 * group: rows of the stream that are kept together, so that their addresses are looked up in one
 * pass over the state. Owns copies of the rows.
 */
#ifndef QUARANTINE_BATCH_H
#define QUARANTINE_BATCH_H

#include "base/status.h"
#include "lib/stream.h"
#include "store/store.h"

#include <pthread.h>

struct batch {
    struct buf lines, keys;
    struct batch_row {
        size_t line, line_length;
        size_t key, key_length; /* of length 0: the row has no address */
    } * rows;
    size_t count, capacity;
    struct request *requests; /* one a row, after batch_look_up() */
    size_t request_capacity;
    struct buf address;  /* being made */
    struct store *store; /* in which it is looked up */
    pthread_t thread;
    bool has_thread;
    int status;
};

/* Keeps the stream's row. */
void batch_add(struct batch *b, struct stream *s);

/* Are there as many rows as should be kept? */
bool batch_is_full(const struct batch *b);
struct span batch_line(const struct batch *b, size_t row);

/* Looks up the addresses of all rows; b->requests holds what was found until the store sees changes
 * of others. 0 or an exit status, said. */
MUST_CHECK int batch_look_up(struct batch *b, struct store *s);

/* The same in two steps, so that the next group can be read meanwhile: until batch_wait(), the
 * store may be asked by store_found_state() of another group's rows, and nothing else. A group that
 * was not started has nothing to wait for. */
void batch_start(struct batch *b, struct store *s);
MUST_CHECK int batch_wait(struct batch *b);

/* Has the row an address? After batch_look_up(). */
bool batch_has_address(const struct batch *b, size_t row);
void batch_empty(struct batch *b);
void batch_clear(struct batch *b);

#endif
