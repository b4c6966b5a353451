/*
 * escape: any bytes as the text of one TSV field, and back.
 * Written as escapes: TAB \t, LF \n, CR \r, backslash \\, and as \xHH each byte of NUL, the other
 * C0 and C1 controls, DEL, bidirectional controls and of what is no UTF-8 (RFC 3629). Everything
 * else stands as it is. A lone "-" is written \x2D, since "-" is the unset field; the empty value
 * is written as "-".
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/buf.h"

/* Adds `value` as the text of a field. */
void escape_field(struct buf *out, struct span value);

/* Adds `value` escaped as above, for a message: without the two rules for "-" and for nothing. */
void escape_text(struct buf *out, struct span value);

/* The bytes of `value` that can stand as they are, counted from its start. */
size_t escape_plain_prefix(struct span value);

/* The bytes of `value` that are text, TABs and backslashes included, counted from its start. */
size_t escape_text_prefix(struct span value);

/*
 * The value of a field: the empty span for "-"; `field` itself where it holds no escape, else its
 * bytes written to `scratch`, which is cleared first. An unknown escape stands for itself.
 */
struct span unescape_field(struct span field, struct buf *scratch);

#endif
