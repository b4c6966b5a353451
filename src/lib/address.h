/*
 * address: what a mail address is (RFC 5321 4.1.2, RFC 6531), and its parts.
 */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include "base/span.h"

enum { ADDRESS_LIMIT = 320 }; /* 64 of local part, @, 255 of domain */

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
