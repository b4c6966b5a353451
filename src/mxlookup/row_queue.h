/*
 * row_queue: rows that wait for their domains. Each also waits for the rows before it, unless the
 * queue is unordered. Owns copies of the lines, and borrows domains: a row counts among its
 * domain's users. Cannot fail; a zeroed struct is an empty queue.
 */
#ifndef MXLOOKUP_ROW_QUEUE_H
#define MXLOOKUP_ROW_QUEUE_H

#include "mxlookup/domain.h"

struct row {
    struct row *next;
    struct domain *domain; /* NULL: the line has no domain that DNS could hold */
    size_t length;
    char line[];
};

struct row_queue {
    /* If unordered, only rows without a domain: the others are in domain->rows. */
    struct row *first, *last;
    bool unordered;
    size_t count, bytes; /* of all rows pushed and not yet freed */
};

/* True at 65,536 rows or 16 MiB of lines; pushing still works. */
bool row_queue_is_full(const struct row_queue *r);

/* Adds a copy of `line`. */
void row_queue_push(struct row_queue *r, struct span line, struct domain *domain);

/* Takes out a row that can be written: in order, the oldest one if its domain is done; unordered,
 * one that waits for `done`, the latest first. Returns NULL if no row can be written. The caller
 * frees it by row_queue_free_row(). */
struct row *row_queue_pop(struct row_queue *r, struct domain *done);

/* Frees a row that row_queue_pop() returned, and lowers its domain's users. */
void row_queue_free_row(struct row_queue *r, struct row *row);

#endif
