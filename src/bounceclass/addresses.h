/*
 * addresses: where addresses are in a text, in the forms that logs and bounces have. What leaves
 * the house must hold no part of one, so a form that could be an address is taken for one. Pure;
 * nothing fails. To find all addresses of a text takes linear time.
 */
#ifndef BOUNCECLASS_ADDRESSES_H
#define BOUNCECLASS_ADDRESSES_H

#include "base/ascii.h"

struct found_address {
    size_t start, end; /* both the length of the text if no address was found */
    bool sure;         /* it has an at sign; else it has the form `NAME=HOST` */
};

/* Finds the first address that begins at `from` or later. */
struct found_address addresses_next(struct span text, size_t from);

/* True for a blank, and for marks that neither a domain nor an id contains. */
static inline bool addresses_ends_word(char c)
{
    return !ascii_is_alnum(c) && strchr(" <>()[]{},;\"'|", c) != NULL;
}

/* Returns the length of the text up to `end` without the punctuation before `end`. The first `from`
 * bytes stay. */
size_t addresses_trim(struct span text, size_t from, size_t end);

#endif
