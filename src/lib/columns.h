/*
 * columns: the names of the columns of a stream, and where a tool finds its own among them.
 * Pure: names in, places out. Owns copies of the names.
 */
#ifndef LIB_COLUMNS_H
#define LIB_COLUMNS_H

#include "base/buf.h"
#include "lib/record.h"

enum { COLUMN_NONE = -1 };

struct columns {
    struct span *names; /* into `text` */
    size_t count;
    char *text; /* the header line of the input, TAB-separated: given or made up */
    size_t text_length;
    size_t key; /* the place of the key column */
};

/*
 * Decides what the first record of a stream is. It is a header if one of its fields is one of
 * `keys` (NULL-ended, preferred first); then true is returned. Else the columns are named by
 * `given` (comma-separated, or NULL), the rest key, c2, c3,
 * ...; the key is then the first of `keys` that is named there, or the first column.
 */
bool columns_from_first(struct columns *c, const struct record *first, const char *const *keys,
                        const char *given);

/* The place of the column `name`, or COLUMN_NONE. */
int columns_find(const struct columns *c, const char *name);
void columns_clear(struct columns *c);

#endif
