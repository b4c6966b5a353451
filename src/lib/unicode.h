/*
 * unicode: what addresses need to know of characters outside ASCII, by libunistring.
 * Pure: no I/O. Spans that come out borrow the bytes of those that went in; the caller owns the
 * buffers. Text that is not UTF-8 fails.
 */
#ifndef LIB_UNICODE_H
#define LIB_UNICODE_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

/* Moves the first character of *rest to *character. Returns false at the end, and, with *character
 * 0 and *rest not empty, at bytes that are not UTF-8 (RFC 3629). */
MUST_CHECK bool unicode_next(struct span *rest, uint32_t *character);

/* True for a character that shows nothing: separators (categories Zs, Zl and Zp), controls (Cc),
 * format characters (Cf), and the others that Unicode calls default-ignorable, such as the Hangul
 * fillers. */
bool unicode_is_blank(uint32_t character);

/* True if the character shows something: it is not blank, and is neither unassigned nor for private
 * use (Cn, Co). */
bool unicode_is_visible(uint32_t character);

/* True for a mark (category M), which is drawn on the character before it. */
bool unicode_is_mark(uint32_t character);

/* True for a symbol (category S) outside ASCII that UTS 46 allows in a domain and does not map to
 * other characters: emoji are such symbols. IDNA 2008 allows none of them. */
bool unicode_is_domain_symbol(uint32_t character);

/* Returns the text without the blank characters at both ends. */
struct span unicode_trim(struct span text);

/* Adds the text in normal form C (UAX 15). Returns false, with nothing added, if it is not UTF-8.
 */
MUST_CHECK bool unicode_add_nfc(struct buf *out, struct span text);

/* Adds the text in the form in which texts are the same that differ in case only (Unicode 3.13,
 * D145, then normal form C). Returns false, with nothing added, if it is not UTF-8. */
MUST_CHECK bool unicode_add_caseless(struct buf *out, struct span text);

/* Adds a character as UTF-8. */
void unicode_add(struct buf *out, uint32_t character);

#endif
