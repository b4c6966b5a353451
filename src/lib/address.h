/*
 * address: checks mail addresses (RFC 5321 section 4.1.2, RFC 6531) and takes them apart.
 * Pure: no I/O. The spans that come out borrow the bytes of those that went in. An address that is
 * not valid fails address_is_safe(); the other functions accept any bytes.
 */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include "base/span.h"

/* bytes: 64 for the local part, 1 for the @, 255 for the domain (RFC 5321 section 4.5.3.1) */
enum { ADDRESS_LIMIT = 320 };

/* Returns the address without what may surround it in a list: white space, a display name, angle
 * brackets, `mailto:`. */
struct span address_strip(struct span text);

/*
 * True if `address` can be sent between the angle brackets of MAIL or RCPT (RFC 5321 section
 * 4.1.2). It is then valid UTF-8 of at most ADDRESS_LIMIT bytes, without control characters, and
 * without angle brackets or spaces outside a quoted local part, so that it is one argument of one
 * SMTP command whatever it contains.
 */
bool address_is_safe(struct span address);

/* Returns what follows the last @; the empty span, with a NULL pointer, if there is no @. */
struct span address_domain(struct span address);

#endif
