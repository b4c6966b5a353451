/*
 * group: rows of the stream that are kept together, so that their addresses are looked up in one
 * pass over the state. Owns copies of the rows.
 */
#ifndef QUARANTINE_BATCH_H
#define QUARANTINE_BATCH_H

#include "store/store.h"
#include "lib/stream.h"

#include <pthread.h>

struct group {
    struct buf lines, keys;
    struct group_row {
        size_t line, line_length;
        size_t key, key_length; /* of length 0: the row has no address */
    } * rows;
    size_t count, capacity;
    struct wanted *wants; /* one a row, after group_look_up() */
    size_t wants_capacity;
    struct buf address; /* being made */
    struct book *book;  /* in which it is looked up */
    pthread_t thread;
    bool has_thread;
    int status;
};

/* Keeps the stream's row. */
void group_add(struct group *g, struct stream *s);

/* Are there as many rows as should be kept? */
bool group_is_full(const struct group *g);
struct span group_line(const struct group *g, size_t row);

/* Looks up the addresses of all rows; g->wants holds what was found until the book sees changes of
 * others. 0 or an exit status, said. */
int group_look_up(struct group *g, struct book *b);

/* The same in two steps, so that the next group can be read meanwhile: until group_wait(), the book
 * may be asked by book_found_state() of another group's rows, and nothing else. A group that was
 * not started has nothing to wait for. */
void group_start(struct group *g, struct book *b);
int group_wait(struct group *g);

/* Has the row an address? After group_look_up(). */
bool group_has_address(const struct group *g, size_t row);
void group_clear(struct group *g);
void group_free(struct group *g);

#endif
