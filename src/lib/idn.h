/*
 * idn: converts internationalised domain names to the form of DNS, by one profile: UTS 46,
 * non-transitional, so that a sharp s stays one. libidn2 does it, except for emoji and other
 * symbols, which UTS 46 allows and libidn2 does not.
 * Pure: no I/O. The caller owns the buffer.
 */
#ifndef LIB_IDN_H
#define LIB_IDN_H

#include "base/buf.h"
#include "base/status.h"

/* the most bytes that a name may have if it is not ASCII */
enum { IDN_LIMIT = 1024 };

/* True if the name has a label that is not ASCII or that begins as an A-label (xn--). */
bool idn_is_international(struct span name);

/*
 * Adds the name in lower case, with labels that are not ASCII as A-labels (xn--...). Dots of other
 * scripts (U+3002, U+FF0E, U+FF61) become dots. A label that is ASCII and not an A-label is not
 * checked. Returns false, with nothing added, if another label has no such form: it is not UTF-8,
 * too long, contains invisible characters or what UTS 46 does not allow, or is an A-label that is
 * not the one of its text.
 */
MUST_CHECK bool idn_to_ascii(struct buf *out, struct span name);

/* Returns the name without its final dot, if it has one; the root (".") is returned as it is. */
static inline struct span idn_without_final_dot(struct span name)
{
    return name.n > 1 && name.p[name.n - 1] == '.' ? span_make(name.p, name.n - 1) : name;
}

#endif
