/*
 * record: a line of TSV, split into fields.
 * A record borrows the line and owns the array of fields until record_clear(). Fields are raw, that
 * is, still escaped (escape.h). Pure: no I/O, and nothing here fails (see mem.h).
 */
#ifndef LIB_RECORD_H
#define LIB_RECORD_H

#include "base/span.h"

enum {
    RECORD_LIMIT = 65536, /* the most bytes of a line, without its line end */
};

struct record {
    struct span line;
    struct span *fields; /* owned; grows as needed */
    size_t count;        /* of fields in the line */
    size_t capacity;
};

/* Splits `line` at its TABs into one field or more. `line` is borrowed as long as `r` is used. A
 * zeroed struct can be split into, and again and again. */
void record_split(struct record *r, struct span line);

/* Frees the array of fields. */
void record_clear(struct record *r);

/* Splits off at most `most` fields, 1 or more, and sets as many elements of `fields`, which borrow
 * from `line`. Returns their number. */
size_t record_cut(struct span line, struct span *fields, size_t most);

/* Returns field `index` of `line`, from 0, or the empty span if the line has fewer fields. */
struct span record_field(struct span line, size_t index);

#endif
