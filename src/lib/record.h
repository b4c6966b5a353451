/*
 * record: one line of TSV and where its fields are.
 * A record borrows its line from whoever read it; fields are raw, still escaped (escape.h). Pure:
 * no I/O.
 */
#ifndef LIB_RECORD_H
#define LIB_RECORD_H

#include "base/span.h"

enum {
    RECORD_LIMIT = 65536, /* the longest line, without its LF */
};

struct record {
    struct span line;
    struct span *fields; /* owned; grows as needed */
    size_t count;        /* of fields in the line */
    size_t capacity;
};

/* Splits `line` at its TABs. */
void record_split(struct record *r, struct span line);
void record_clear(struct record *r);

/* The first `most` fields of a line, by one pass over it; how many there are of them. */
size_t record_cut(struct span line, struct span *fields, size_t most);

/* Field `index` of a line, by counting TABs; the empty span if there are not as many. */
struct span record_field(struct span line, size_t index);

#endif
