/*
 * punycode: a label with characters outside ASCII as letters, digits and hyphens (RFC 3492).
 * Pure: no I/O. The caller owns the buffer. Only a text that is not UTF-8 or is too long fails.
 */
#ifndef LIB_PUNYCODE_H
#define LIB_PUNYCODE_H

#include "base/buf.h"
#include "base/status.h"

/* the most characters that a label may have: none that has more fits into DNS */
enum { PUNYCODE_LIMIT = 63 };

/* Adds the punycode of `label`, without the prefix `xn--`. Returns false, with nothing added, if it
 * is not UTF-8 or has more than PUNYCODE_LIMIT characters. */
MUST_CHECK bool punycode_encode(struct buf *out, struct span label);

#endif
