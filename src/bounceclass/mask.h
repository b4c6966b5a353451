/*
 * mask: a text without what varies from one failure to the next, so that the same sentence always
 * gives the same text: `*` for each address, `#` for each host, URL, IP, id, number and date.
 * Pure; nothing fails.
 */
#ifndef BOUNCECLASS_MASK_H
#define BOUNCECLASS_MASK_H

#include "classify/diagnosis.h"

enum { MASK_LIMIT = 500 }; /* bytes of a masked text, which is cut at a character */

/* Writes the masked text of the diagnosis to `out`, which is cleared first. The reply code and the
 * status stay, because they are part of the sentence. Masking a masked text does not change it. */
void mask_text(struct buf *out, const struct diagnosis *d);

#endif
