/*
 * columns: the names of a stream's columns, and their places.
 * The struct owns copies of the names until columns_clear(). Pure: no I/O, and nothing here fails
 * (see mem.h).
 */
#ifndef LIB_COLUMNS_H
#define LIB_COLUMNS_H

#include "base/buf.h"
#include "lib/key_names.h"
#include "lib/record.h"

enum { COLUMN_NONE = KEY_NONE };

struct columns {
    struct span *names; /* point into `text` */
    size_t count;
    char *text;         /* the header line, TAB-separated: the input's own or a generated one */
    size_t text_length; /* in bytes; no NUL follows */
    size_t key;         /* the place of the key column, from 0 */
};

/* How the key column is found and columns are called. The strings are borrowed; NULL if an option
 * was not given. */
struct columns_wanted {
    const struct key_kind *kind;
    const char *key;   /* -k: the name of the key column, instead of those in key_names.h */
    const char *names; /* -c: names for an input without a header, separated by commas */
};

enum columns_line {
    COLUMNS_HEADER, /* the line is a header */
    COLUMNS_ROW,    /* the line is a row of an input without a header */
    COLUMNS_NO_KEY, /* neither the line nor -c has the column that -k names */
};

/*
 * Names the columns by the first record of a file, and initializes `c` in any case. The record is a
 * header if one of its fields names the key column. Otherwise it is a row: -c names the columns
 * from the left; a column without a name there is called by the tools' name for the key if it is
 * the first, else c2, c3 and so on; and the key is the column that -k or key_names.h finds among
 * these names, or the first. All arguments are borrowed for the call only.
 */
enum columns_line columns_from_first(struct columns *c, const struct record *first,
                                     const struct columns_wanted *wanted);

/* Returns the place of the first column called `name`, from 0, or COLUMN_NONE. */
int columns_find(const struct columns *c, const char *name);

/* Finds the places of `count` names, or COLUMN_NONE. Names are equal as key_names_equal() says; a
 * column is found by one name only, that which it has byte by byte if there is one. */
void columns_find_alike(const struct columns *c, const char *const *names, size_t count,
                        int *place);

/*
 * Finds the columns of `c` in another file of the same kind: sets place[i] to the place in `other`
 * of column i, or COLUMN_NONE. Names are equal as key_names_equal() says; columns with one name are
 * taken from the left; the key column may have another name. used[k] tells if column k of `other`
 * was taken. Returns true if no column of either is left. `place` has room for c->count and `used`
 * for other->count elements.
 */
bool columns_map(const struct columns *c, const struct columns *other, int *place, bool *used);

/* Adds the names, for a message: "Name", "Email Address". Only the first few of many are shown. */
void columns_describe(struct buf *out, const struct span *names, size_t count);

/* Frees the names. */
void columns_clear(struct columns *c);

#endif
