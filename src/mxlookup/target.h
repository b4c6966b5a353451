/*
 * target: what to look up for the key of a row, which is an address or a domain.
 * Pure; the caller owns `out`. The only failure is a text without a domain that DNS could hold.
 */
#ifndef MXLOOKUP_TARGET_H
#define MXLOOKUP_TARGET_H

#include "base/buf.h"
#include "base/status.h"

/*
 * Writes what to look up to `out`, which is emptied first: the domain of an address that
 * address_read() knows, or the whole text if it has no `@`, as domain_read() writes it. It is a
 * name that DNS can hold, or an address literal, `[192.0.2.1]` or `[IPv6:2001:db8::1]`. Returns
 * false if the text is neither an address nor a domain; then the bytes of `out` mean nothing.
 */
MUST_CHECK bool target_read(struct span text, struct buf *out);

/* True if the name is in brackets: an address literal, if target_read() wrote it. Then *ip is the
 * IP address in it, borrowed from `name`. */
bool target_is_literal(struct span name, struct span *ip);

#endif
