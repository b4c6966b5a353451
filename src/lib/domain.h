/*
 * domain: reads a domain name or an address literal as it is after the @ of an address.
 * Pure: no I/O. The caller owns the buffer. The only failure is a text that is neither.
 */
#ifndef LIB_DOMAIN_H
#define LIB_DOMAIN_H

#include "base/buf.h"
#include "base/status.h"

/*
 * Adds the one form of a domain: in lower case, as A-labels (idn.h), without its final dot, and
 * such that DNS can hold it (dnsname.h); or of an address literal: `[192.0.2.1]` or
 * `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3). Returns false, with nothing added, if `text` is
 * neither.
 */
MUST_CHECK bool domain_read(struct span text, struct buf *out);

/* True if the domain, as domain_read() wrote it, is an address literal. Then *ip is the IP address
 * in it, borrowed. */
bool domain_is_literal(struct span domain, struct span *ip);

#endif
