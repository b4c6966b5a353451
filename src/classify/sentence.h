/*
 * sentence: the text of a failure as guards see it (bounce.rules(5)): without addresses, hosts,
 * numbers with dots and URLs, because a domain called spam or a mailbox called later says nothing
 * about whom a sentence speaks of. Pure; nothing fails.
 */
#ifndef CLASSIFY_SENTENCE_H
#define CLASSIFY_SENTENCE_H

#include "base/buf.h"

/* Returns the bytes of `out`, which is cleared first: the text, but `#` in place of each such
 * name. */
struct span sentence_make(struct buf *out, struct span text);

#endif
