/*
 * escape: writes any bytes as the text of one TSV field, and reads them back.
 * TAB becomes \t, LF \n, CR \r and backslash \\. Each byte of any other C0 or C1 control, DEL,
 * bidirectional control or invalid UTF-8 (RFC 3629) becomes \xHH. All other bytes are unchanged.
 * The empty value is written as "-", which is the unset field; so the value "-" is written as \x2D.
 * Nothing here fails or does I/O.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/buf.h"

/* Adds `value` as the text of a field. */
void escape_field(struct buf *out, struct span value);

/* Adds `value` escaped as above but without the rules for "-" and the empty value, for messages. */
void escape_text(struct buf *out, struct span value);

/* Returns the length of the longest prefix of `value` that is printable ASCII without a backslash,
 * so that it needs no escape. */
size_t escape_plain_prefix(struct span value);

/* Returns the length of the longest prefix of `value` that needs no escape but those of TAB and
 * backslash. */
size_t escape_text_prefix(struct span value);

/*
 * Returns the value of a field: the empty span for "-"; `field` itself if it has no backslash; else
 * bytes in `scratch`, which is emptied first. The span is valid as long as the bytes of `field` or
 * `scratch` are. An unknown escape is kept as it is.
 */
struct span unescape_field(struct span field, struct buf *scratch);

#endif
