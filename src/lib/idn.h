/*
 * idn: converts internationalised domain names to the form of DNS (RFC 5891, by libidn2).
 * Pure: no I/O. The caller owns the buffer. Only a name that is not ASCII can fail.
 */
#ifndef LIB_IDN_H
#define LIB_IDN_H

#include "base/buf.h"
#include "base/status.h"

/* the most bytes that a name may have if it is not ASCII */
enum { IDN_LIMIT = 1024 };

/* Adds the name in lower case, with labels that are not ASCII as A-labels (xn--...). A name that is
 * ASCII is not checked, and may have any length. Returns false, with nothing added, if another name
 * has no such form: it is not UTF-8, too long, or contains what a domain must not contain. */
MUST_CHECK bool idn_to_ascii(struct buf *out, struct span name);

/* Returns the name without its final dot, if it has one; the root (".") is returned as it is. */
static inline struct span idn_without_final_dot(struct span name)
{
    return name.n > 1 && name.p[name.n - 1] == '.' ? span_make(name.p, name.n - 1) : name;
}

#endif
