/*
 * canonical: the one form by which the state knows an address, so that addresses are compared as
 * mail does (RFC 5321 section 2.4): the local part exactly, or without regard to case with --fold;
 * the domain without regard to case. No I/O; fails, with false, on what is not an address.
 */
#ifndef STORE_CANONICAL_H
#define STORE_CANONICAL_H

#include "base/buf.h"
#include "base/options.h"
#include "base/status.h"

/* --fold */
extern const struct option_entry canonical_option_table[];

/*
 * Writes that form to `out`, which is the caller's and is emptied first: without blanks around it,
 * `mailto:`, a display name, angle brackets and quotes that the local part does not need; the
 * domain in lower case, as A-labels (RFC 5890), without a final dot. False if `text` is not an
 * address: it has no @ or nothing on one side of it, a blank or control byte outside quotes, more
 * than ADDRESS_LIMIT bytes, or a domain that IDN does not allow. Then `out` must not be used.
 */
MUST_CHECK bool canonical_address(struct span text, struct buf *out);

#endif
