/*
 * explain: a verdict in words: what was read in the text, which rule decided by which words, and
 * what else would have matched.
 */
#ifndef BOUNCECLASS_EXPLAIN_H
#define BOUNCECLASS_EXPLAIN_H

#include "classify/classifier.h"

/* Adds the lines on the classifier's present diagnosis to `out`. */
void explain_row(struct classifier *c, struct buf *out);

#endif
