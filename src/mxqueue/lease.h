/*
 * lease: which rows have been given out to a pipeline that has not ended.
 *
 * A lease does not touch its rows, so that a million of them are leased by one line. Each change of
 * the queue has a number, and each row has the number of the change that wrote it. A lease covers
 * the rows that were due when it was taken: those written before it whose time had come, except the
 * rows that were covered then by other leases that were held. A row that `done` or `add` writes
 * later has a greater number, and so no older lease covers it.
 *
 * The list owns its leases. Pure: no I/O and no clock.
 */
#ifndef MXQUEUE_LEASE_H
#define MXQUEUE_LEASE_H

#include "mxqueue/holder.h"
#include "mxqueue/row.h"

/* The most leases that are kept at once. */
enum { LEASES = 1000 };

struct lease {
    uint64_t number;  /* that of the change that took it */
    int64_t time_s;   /* when it was taken */
    uint64_t *except; /* the numbers of the leases that were held then, in order */
    size_t except_count;
    struct holder holder;
    bool held;   /* set by the caller */
    bool covers; /* scratch of leases_cover() */
};

struct leases {
    struct lease *list; /* in the order of their numbers */
    size_t count, capacity;
};

/* Reads a lease from a field of the queue's record, and adds it; false if it is not one. */
MUST_CHECK bool leases_read(struct leases *l, struct span field);

/* Adds the fields of all leases to a record, each after a TAB. */
void leases_write(const struct leases *l, struct buf *out);

/* Adds a lease that excepts those that are held now. */
void leases_add(struct leases *l, uint64_t number, int64_t time_s, const struct holder *holder);

/* Drops the leases that are not held and that no other lease needs. */
void leases_prune(struct leases *l);

/* The lease that is held and covers the row, borrowed; NULL if no lease does. */
const struct lease *leases_cover(struct leases *l, const struct row *r);

/* True if the last lease covers the row, held or not. */
bool leases_last_covers(struct leases *l, const struct row *r);

void leases_clear(struct leases *l);

#endif
