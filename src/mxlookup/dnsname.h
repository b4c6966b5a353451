/*
 * dnsname: a domain name as DNS can hold it (RFC 1035 2.3.4): letters, digits, `-`, `_` and dots,
 * at most 63 bytes a label and 253 in all. Pure.
 */
#ifndef MXLOOKUP_DNSNAME_H
#define MXLOOKUP_DNSNAME_H

#include "base/span.h"
#include "base/status.h"

enum { DNSNAME_LIMIT = 253 };

/* Copies `name` in lower case to `out` (room for DNSNAME_LIMIT bytes; it may be the same place).
 * False if DNS cannot hold it; then `out` holds nothing of use. */
MUST_CHECK bool dnsname_copy(struct span name, char *out);

#endif
