/*
 * sheet: prints rows of several schemas under one header, which has the columns of all of them and
 * the tool's own. First the caller adds each schema, then it writes the header and the rows. Owns
 * the names of the columns; borrows the schemas.
 */
#ifndef MXQUEUE_SHEET_H
#define MXQUEUE_SHEET_H

#include "base/writer.h"
#include "mxqueue/schema.h"

struct sheet_plan;

struct sheet {
    const char *const *own; /* the tool's columns, NULL-ended */
    struct buf header;
    struct record columns; /* the header, split */
    struct sheet_plan *plans;
    size_t plan_count, capacity;
    struct record fields; /* scratch */
};

/* Adds the columns of a schema, unless it was added before. */
void sheet_add(struct sheet *s, struct schema *schema);

/* Ends the header with the tool's own columns, and writes it if `wanted`. */
void sheet_write_header(struct sheet *s, const char *const *own, struct writer *out, bool wanted);

/* Writes a row with one unescaped value for each of the tool's own columns. If a value is unset,
 * the row keeps its own, or has `-`. False, and nothing is written, if the line does not have the
 * schema's columns. */
MUST_CHECK bool sheet_write(struct sheet *s, const struct schema *schema, struct span line,
                            const struct span *own, struct writer *out);

void sheet_clear(struct sheet *s);

#endif
