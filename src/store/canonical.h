/*
 * canonical: addresses compared the way mail works (RFC 5321 2.4): the one form by which the state
 * knows an address, the local part exact (or caseless, with --fold), the domain caseless.
 */
#ifndef STORE_CANONICAL_H
#define STORE_CANONICAL_H

#include "base/buf.h"
#include "base/options.h"
#include "base/status.h"

/* --fold */
extern const struct option_entry canonical_option_table[];

/*
 * Writes that form to `out` (cleared first): blanks, `mailto:`, a display name and the angle
 * brackets stripped, quotes dropped where the local part needs none, the domain in lower case, as
 * A-labels, without a final dot. False if `text` is no address: no @, an empty side, a blank or
 * control byte outside quotes, or over ADDRESS_LIMIT.
 */
MUST_CHECK bool canonical_address(struct span text, struct buf *out);

#endif
