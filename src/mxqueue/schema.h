/*
 * schema: the names of a row's columns. Each header that the queue has read is kept once, under a
 * short name by which its rows refer to it. Owns its copy of the names. Pure: no I/O.
 */
#ifndef MXQUEUE_SCHEMA_H
#define MXQUEUE_SCHEMA_H

#include "base/buf.h"
#include "base/table.h"
#include "lib/record.h"
#include "mxqueue/row.h"

struct schema {
    char name[ROW_SCHEMA + 1];
    struct buf line;       /* the names of the columns, as a line of TSV */
    struct record columns; /* the same, split */
    size_t place;          /* in the sheet that prints it (sheet.h), from 1; 0: in none */
};

/* A new schema; the caller frees it. schema_name() is the name that a header gets. */
struct schema *schema_new(struct span name, struct span line);
void schema_free(struct schema *s);
void schema_name(struct span line, char name[ROW_SCHEMA + 1]);

/* The place of a column, from 0; false if the schema does not have it. */
bool schema_find(const struct schema *s, struct span column, size_t *place);

/* True if two columns have the same name, which *column is then. */
bool schema_has_twice(const struct schema *s, struct span *column);

/* Adds to `out` the header with all columns of `first`, and then those of `second` that `first`
 * does not have. */
void schema_join(const struct schema *first, const struct schema *second, struct buf *out);

/* Adds to `out` the fields of a line of `first`, and then the fields of a line of `second` whose
 * columns `first` does not have. */
void schema_join_lines(const struct schema *first, struct span first_line,
                       const struct schema *second, struct span second_line, struct buf *out);

#endif
