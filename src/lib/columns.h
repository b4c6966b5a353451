/*
 * columns: the names of a stream's columns, and their places.
 * The struct owns copies of the names until columns_clear(). Pure: no I/O, and nothing here fails
 * (see mem.h).
 */
#ifndef LIB_COLUMNS_H
#define LIB_COLUMNS_H

#include "base/buf.h"
#include "lib/record.h"

enum { COLUMN_NONE = -1 };

struct columns {
    struct span *names; /* point into `text` */
    size_t count;
    char *text;         /* the header line, TAB-separated: the input's own or a generated one */
    size_t text_length; /* in bytes; no NUL follows */
    size_t key;         /* the place of the key column, from 0 */
};

/*
 * Names the columns by the first record of a stream, and initializes `c`. The record is a header if
 * one of its fields is in `keys` (NULL-ended, the preferred key first); then this returns true.
 * Otherwise it is a row, and `given` (comma-separated, or NULL) names the columns from the left; a
 * column without a name there is called keys[0] if it is the first, else c2, c3 and so on. Either
 * way the key column is the one named by the earliest of `keys`, or the first column if there is
 * none. All arguments are borrowed for the call only.
 */
bool columns_from_first(struct columns *c, const struct record *first, const char *const *keys,
                        const char *given);

/* Returns the place of the first column called `name`, from 0, or COLUMN_NONE. */
int columns_find(const struct columns *c, const char *name);

/* Frees the names. */
void columns_clear(struct columns *c);

#endif
