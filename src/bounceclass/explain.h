/*
 * explain: tells in words how a verdict came about: what the text holds, which rule decided by
 * which words, and which later rules would have matched too. No I/O; nothing fails, but for a rule
 * that hits a limit (classifier.h).
 */
#ifndef BOUNCECLASS_EXPLAIN_H
#define BOUNCECLASS_EXPLAIN_H

#include "classify/classifier.h"

/* Adds lines about the present diagnosis of the classifier to `out`, and an empty line. */
void explain_row(struct classifier *c, struct buf *out);

#endif
