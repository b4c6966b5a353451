/*
 * required: which letters a text must have for a pattern to match at all: a set of literals of
 * which at least one occurs, in lower case, in every text that the pattern matches. Pure. Errs to
 * the safe side: where a pattern is not understood, there is no such set.
 */
#ifndef BOUNCECLASS_REQUIRED_H
#define BOUNCECLASS_REQUIRED_H

#include "span.h"

enum {
    REQUIRED_LITERALS = 64, /* of one pattern */
    REQUIRED_LENGTH = 24,   /* of one literal; longer ones are cut */
};

/* Stands for any character outside ASCII. */
#define REQUIRED_NOT_ASCII '\x80'

struct required {
    char literals[REQUIRED_LITERALS][REQUIRED_LENGTH + 1];
    size_t count; /* 0: any text may match */
};

/* The literals that `pattern` (PCRE2, caseless) requires. */
void required_find(struct span pattern, struct required *out);

#endif
