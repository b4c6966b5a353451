/*
 * message_id: the name that a message has in its Message-ID field (RFC 5322 3.6.4). Pure: no I/O.
 * Owns nothing, and nothing here fails.
 */
#ifndef MXSEND_MESSAGE_ID_H
#define MXSEND_MESSAGE_ID_H

#include "base/span.h"

/* The most bytes that a msg-id may have: it cannot be folded, and no line is longer (RFC 5322
 * 2.1.1). */
enum { MESSAGE_ID_LIMIT = 998 };

/*
 * Returns the msg-id, angle brackets included, of the first Message-ID field of `message`, whose
 * lines end in CRLF; it is borrowed from there. The empty span if the header section has no such
 * field, or if that field is not one msg-id, or one with characters that escape.h would not leave
 * as they are. The header section ends before the first line that is not part of a field.
 */
struct span message_id_find(struct span message);

#endif
