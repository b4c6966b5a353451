/*
 * key_names: the names by which all tools know a key column.
 * Names are compared without the white space around them and without regard to the case of ASCII
 * letters. Pure: no I/O, and nothing here fails (see mem.h).
 */
#ifndef LIB_KEY_NAMES_H
#define LIB_KEY_NAMES_H

#include "base/buf.h"
#include "lib/record.h"

/* What a tool takes as the key of a row: key_text, key_id, or one of address_keys.h, which are
 * elsewhere so that a tool that reads no addresses is not linked with the libraries that they need.
 */
struct key_kind {
    const char *const *own;   /* what our own tools call it; NULL-ended, the preferred one first */
    const char *const *names; /* what others do: in lower case, without blanks, hyphens, underscores
                                 and dots; NULL-ended, the preferred one first */
    const char *what;         /* the key, for messages */

    /* True if the unescaped `value` can be such a key: if no row has one, the column is another.
     * NULL: any value can. */
    bool (*fits)(struct span value);
};

/* The text of a bounce; the id of a row in the queue. */
extern const struct key_kind key_text, key_id;

enum { KEY_NONE = -1 };

/* True if both are the same column name. */
bool key_names_equal(struct span a, struct span b);

/* Returns the place, from 0, of the field that names the key column; KEY_NONE if no field does. If
 * several fields do, kind->own, as it is, comes first. */
int key_names_find(const struct key_kind *kind, const struct record *header);

/* Returns the place of the first field called `name`, or KEY_NONE. */
int key_names_find_given(const char *name, const struct record *header);

#endif
