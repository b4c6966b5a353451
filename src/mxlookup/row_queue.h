/*
 * rows: rows that wait for their domains: for each other too, in the order in which they came, or
 * each for its domain alone. Owns copies of their lines; holds their domains.
 */
#ifndef MXLOOKUP_ROW_QUEUE_H
#define MXLOOKUP_ROW_QUEUE_H

#include "mxlookup/domain.h"

struct row {
    struct row *next;
    struct domain *domain; /* NULL: the row has none that DNS could hold */
    size_t length;
    char line[];
};

struct row_queue {
    struct row *first, *last; /* in order; unused where each waits alone */
    bool unordered;
    size_t count, bytes;
};

bool row_queue_is_full(const struct row_queue *r);
void row_queue_push(struct row_queue *r, struct span line, struct domain *domain);

/* Takes the next row that can be written out: in order, the oldest one if its domain is done;
 * unordered, one of those of `done`. NULL if there is none. The caller frees it by
 * row_queue_free_row(). */
struct row *row_queue_pop(struct row_queue *r, struct domain *done);
void row_queue_free_row(struct row_queue *r, struct row *row);

#endif
