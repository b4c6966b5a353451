/*
 * guards: asks which guards match a text. Logs say the same sentence again and again, about other
 * addresses, so the answers to the last sentences are kept: that made bounceclass faster by a
 * tenth. Owns its scan and its answers, and borrows the ruleset, which must outlive it. Nothing
 * fails.
 */
#ifndef CLASSIFY_GUARDS_H
#define CLASSIFY_GUARDS_H

#include "classify/ruleset.h"

enum { GUARDS_ANSWERS = 256 };

/* What the guards answered to a sentence (sentence.h). */
struct guards_answer {
    struct buf sentence;
    unsigned char *results; /* an enum pattern_result for each guard of the ruleset, or NULL */
};

struct guards {
    const struct ruleset *set;
    struct prefilter_scan *scan;
    struct buf sentence; /* the present one */
    struct guards_answer answers[GUARDS_ANSWERS];
};

void guards_init(struct guards *g, const struct ruleset *set);

/* Returns the result of each guard, in the order of set->guards, until the next call. */
const unsigned char *guards_ask(struct guards *g, struct matcher *m, struct span text);

void guards_clear(struct guards *g);

#endif
