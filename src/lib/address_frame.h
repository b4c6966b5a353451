/*
 * address_frame: takes off what surrounds an address in a list: blanks, a display name with angle
 * brackets (RFC 5322 section 3.4), `mailto:` (RFC 6068).
 * Pure: no I/O. The caller owns the buffer. The only failure is a text that has no such form; what
 * is left need not be an address.
 */
#ifndef LIB_ADDRESS_FRAME_H
#define LIB_ADDRESS_FRAME_H

#include "base/buf.h"
#include "base/status.h"

/* the most bytes of a text with an address, a display name included */
enum { ADDRESS_TEXT_LIMIT = 4096 };

/* Sets *bare to the text without its frame, borrowed from `text` or from `decoded`, which must be
 * empty. Returns false if brackets or quotes do not match, if text follows the brackets, if a
 * display name contains another address, or if a `mailto:` is not encoded as it must be. */
MUST_CHECK bool address_unframe(struct span text, struct buf *decoded, struct span *bare);

#endif
