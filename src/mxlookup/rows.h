/*
 * rows: rows that wait for their domain, in the order in which they came. Owns copies of their
 * lines.
 */
#ifndef MXLOOKUP_ROWS_H
#define MXLOOKUP_ROWS_H

#include "lookup.h"

enum {
    ROWS = 16384,
    ROWS_BYTES = 16 * 1024 * 1024, /* of lines */
};

struct row {
    char *line;
    size_t length;
    const struct domain *domain; /* NULL: no name that DNS could hold */
};

struct rows {
    struct row ring[ROWS];
    size_t first, count, bytes;
};

bool rows_full(const struct rows *r);
void rows_add(struct rows *r, struct span line, const struct domain *domain);

/* The oldest row, if its domain is answered; NULL else. */
const struct row *rows_ready(const struct rows *r);

/* Drops the oldest row. */
void rows_drop(struct rows *r);

#endif
