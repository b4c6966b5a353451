/*
 * idn: internationalised domain names as DNS has them (RFC 5891, by libidn2).
 */
#ifndef LIB_IDN_H
#define LIB_IDN_H

#include "base/buf.h"
#include "base/status.h"

enum { IDN_LIMIT = 1024 /* bytes of a name that is looked at */ };

/* Adds the name in lower case, its labels that are not ASCII as A-labels (xn--...). False where it
 * has none: it is no UTF-8, too long, or holds what no domain may hold; then nothing is added. */
MUST_CHECK bool idn_to_ascii(struct buf *out, struct span name);

/* The name without the dot that may end it; the root (".") stays. */
static inline struct span idn_without_final_dot(struct span name)
{
    return name.n > 1 && name.p[name.n - 1] == '.' ? span_make(name.p, name.n - 1) : name;
}

#endif
