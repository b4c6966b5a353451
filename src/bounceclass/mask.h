/*
 * mask: a text with what varies from one failure to the next put out of sight, so that the same
 * sentence counts as one: `*` for addresses, `#` for hosts, URLs, IPs, ids, numbers and dates.
 * Pure.
 */
#ifndef BOUNCECLASS_MASK_H
#define BOUNCECLASS_MASK_H

#include "classify/diagnosis.h"

enum { MASK_LIMIT = 500 }; /* bytes of a masked text; it is cut there */

/* Writes the masked text of the diagnosis to `out`, cleared first. Its reply code and status stay,
 * since they are part of the sentence. A masked text masked again is the same. */
void mask_text(struct buf *out, const struct diagnosis *d);

#endif
