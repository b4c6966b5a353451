/*
 * key_names: the names by which all tools know a key column, and what may be in one.
 * Names are compared without the white space around them and without regard to the case of ASCII
 * letters. Pure: no I/O, and nothing here fails.
 */
#ifndef LIB_KEY_NAMES_H
#define LIB_KEY_NAMES_H

#include "lib/record.h"

/* What a tool takes as the key of a row. */
enum key_kind {
    KEY_ADDRESS,           /* a mail address */
    KEY_ADDRESS_OR_DOMAIN, /* a mail address or the name of a domain */
    KEY_TEXT,              /* the text of a bounce */
    KEY_ID,                /* the id of a row in the queue */
};

enum { KEY_NONE = -1 };

/* True if both are the same column name. */
bool key_names_equal(struct span a, struct span b);

/*
 * Returns the place, from 0, of the field that names the key column; KEY_NONE if no field does. If
 * several fields do, the tools' own name ("address", "domain", "text") as it is comes first, then
 * the names that can only mean a mail address, then the others: in the exports of other systems,
 * "Address" is a street if there is an "Email" too.
 */
int key_names_find(enum key_kind kind, const struct record *header);

/* Returns the place of the first field called `name`, or KEY_NONE. */
int key_names_find_given(const char *name, const struct record *header);

/* Returns the name that the tools give to a key column of this kind. */
const char *key_names_own(enum key_kind kind);

/* True if the unescaped `value` can be such a key: if no row has one, the column is another. A
 * domain must have two labels, since a lone word may be anything; "@domain" counts as an address,
 * since lists of addresses also name whole domains. Any text can be a text. */
bool key_names_fit(enum key_kind kind, struct span value);

#endif
