/*
 * address: mail addresses compared the way mail works (RFC 5321 2.4): the local part exact, the
 * domain caseless.
 */
#ifndef MXKIT_ADDRESS_H
#define MXKIT_ADDRESS_H

#include "buf.h"

enum { ADDRESS_LIMIT = 320 }; /* 64 of local part, @, 255 of domain */

/*
 * Writes to `out` (cleared first) the one form of an address that the state knows it by: blanks,
 * `mailto:`, a display name and the angle brackets stripped, quotes dropped where the local part
 * needs none, the domain in lower case without a final dot. False if `text` is no address: no @, an
 * empty side, a blank or control byte outside quotes, or over ADDRESS_LIMIT.
 */
bool address_normalise(struct span text, struct buf *out);

/* The address itself, without what a list carries around it: blanks, a display name, angle
 * brackets, `mailto:`. */
struct span address_strip(struct span text);

/*
 * May `address` stand between the angle brackets of MAIL or RCPT (RFC 5321 4.1.2)? No control byte,
 * no bracket or blank outside a quoted local part, so that it is one argument of one command
 * whatever it holds.
 */
bool address_is_safe(struct span address);

/* What stands behind the last @. */
struct span address_domain(struct span address);

#endif
