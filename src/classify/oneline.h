/*
 * oneline: a failure's text as the patterns see it: one line, of what says why and nothing else.
 * Pure.
 *   - the lines of a multi-line reply (RFC 5321 4.2.1) are joined, however the logger left them,
 * and the code and status in front of each but the first go, so that a sentence is whole again;
 *   - blanks side by side become one, those at the ends go;
 *   - the local part of an address in angle brackets becomes `*`: a mailbox called `spam` or
 * `quota` says nothing about why.
 */
#ifndef CLASSIFY_ONELINE_H
#define CLASSIFY_ONELINE_H

#include "base/buf.h"

/* Returns `text` itself where it is so already, else what was written to `out`, cleared first.
 * `code` and `status` are those of the reply, or empty. */
struct span oneline_make(struct buf *out, struct span text, struct span code, struct span status);

#endif
