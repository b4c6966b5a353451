/*
 * oneline: the text of a failure as patterns see it: one line, which holds only what tells why.
 * Pure; nothing fails.
 *   - The lines of a multi-line reply (RFC 5321 4.2.1) are joined, however the log separated them.
 *     Each line but the first loses its code and status, so that a sentence is whole again.
 *   - Several blanks in a row become one; those at the ends are removed.
 *   - The local part of an address in angle brackets becomes `*`, because a mailbox called `spam`
 *     or `quota` says nothing about the reason.
 */
#ifndef CLASSIFY_ONELINE_H
#define CLASSIFY_ONELINE_H

#include "base/buf.h"

/* Returns `text` itself if nothing has to change, else the bytes of `out`, which is cleared first.
 * `code` and `status` are those of the reply, or empty. */
struct span oneline_make(struct buf *out, struct span text, struct span code, struct span status);

#endif
