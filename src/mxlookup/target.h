/*
 * name: the domain to ask for, out of what stands on a line: an address, or a domain alone.
 */
#ifndef MXLOOKUP_TARGET_H
#define MXLOOKUP_TARGET_H

#include "base/buf.h"
#include "base/status.h"

/*
 * Writes what is to be looked up to `out` (cleared first): a domain in lower case, as A-labels,
 * without its final dot; at most 63 bytes a label and 253 in all (RFC 1035 2.3.4), of letters,
 * digits, `-` and `_`. Or an address literal in its one form, `[192.0.2.1]`, `[IPv6:2001:db8::1]`
 * (RFC 5321 4.1.3). False where the text has neither.
 */
MUST_CHECK bool target_read(struct span text, struct buf *out);

/* Is what target_read() wrote an address literal? Then *ip is the IP address in it. */
bool target_is_literal(struct span name, struct span *ip);

#endif
