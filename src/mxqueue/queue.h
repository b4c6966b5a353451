/*
 * queue: the rows that wait to be sent, and those that were (mxkit(5)): a text store (text_store.h)
 * with a record of the leases, one of each header, one of each message, and the rows.
 *
 * A command that changes the queue locks it, changes it and commits, batch by batch. The queue owns
 * its store, leases and schemas. Functions that return int report their own errors and return 0 or
 * an exit status.
 */
#ifndef MXQUEUE_QUEUE_H
#define MXQUEUE_QUEUE_H

#include "base/options.h"
#include "base/table.h"
#include "mxqueue/lease.h"
#include "mxqueue/schema.h"
#include "store/text_store.h"

/* --keep TIME */
extern const struct option_entry queue_keep_option_table[];

#define QUEUE_MESSAGE "message:" /* before the hash: the key of a message's record */

struct queue {
    struct store *store;
    uint64_t change; /* the number of the latest change */
    bool locked;
    bool changes; /* queue_change() was called since the lock was taken */
    struct leases leases;
    struct holder self;          /* set by queue_look_at_leases() */
    struct processes processes;  /* the same */
    struct table schemas;        /* by their names */
    struct buf key, record, row; /* scratch: what is put, which may be borrowed from the store */
};

/* Opens the queue as text_store_open() does, and reads the leases. The caller closes it even if
 * this fails. With `forget`, rows that ended more than --keep ago are no longer seen, and the next
 * compaction removes them. */
MUST_CHECK int queue_open(struct queue *q, enum store_mode mode, bool forget);
MUST_CHECK int queue_close(struct queue *q);

/* As store_lock() and store_commit(). */
MUST_CHECK int queue_lock(struct queue *q);
MUST_CHECK int queue_commit(struct queue *q);

/* Under the lock: the number for the rows that are written from now on until the commit, and for a
 * lease that is taken. */
uint64_t queue_change(struct queue *q);

/* Finds out which leases are held. */
MUST_CHECK int queue_look_at_leases(struct queue *q);

/* Under the lock, after queue_change(): puts the leases as they are now. */
void queue_put_leases(struct queue *q);

/* The row in a text of the store; EX_DATAERR if it is not one. */
MUST_CHECK int queue_read_row(struct queue *q, struct span key, struct span text, struct row *r);

/* Puts a row under the lock. The caller sets all of it but `change`. */
void queue_put_row(struct queue *q, struct span key, struct row *r);

/* The schema of that name, borrowed; EX_DATAERR if the queue does not have it. */
MUST_CHECK int queue_find_schema(struct queue *q, struct span name, struct schema **schema);

/* Under the lock: the schema of a header, which is put if it is new. */
MUST_CHECK int queue_keep_schema(struct queue *q, struct span header, struct schema **schema);

/* Visits every row that is not forgotten. A status that is not 0 ends the walk. */
typedef int queue_visit(void *context, struct span key, struct span hash, struct span address,
                        const struct row *r);
MUST_CHECK int queue_each(struct queue *q, queue_visit *visit, void *context);

#endif
