/*
 * dnsname: a domain name as DNS can hold it (RFC 1035 2.3.4): letters, digits, `-`, `_` and dots,
 * at most 63 bytes in a label and 253 in all. Pure; the caller owns both buffers. The only failure
 * is a name that DNS cannot hold.
 */
#ifndef LIB_DNSNAME_H
#define LIB_DNSNAME_H

#include "base/span.h"
#include "base/status.h"

enum { DNSNAME_LIMIT = 253 };

/* Copies `name` in lower case to `out`, which has room for DNSNAME_LIMIT bytes and may be the same
 * place; adds no NUL. Returns false if DNS cannot hold the name; then the bytes of `out` mean
 * nothing. A final dot is not accepted. */
MUST_CHECK bool dnsname_copy(struct span name, char *out);

#endif
