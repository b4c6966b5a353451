/*
 * literals: the words that a text must have, if a pattern is to match it at all.
 * A pattern can match in several ways, one for each of its alternatives. Each way has clauses, all
 * of which hold for every text that it matches; a clause is a set of literals, of which at least
 * one occurs. Pure; nothing fails: a pattern that the parser does not understand requires
 * nothing.
 */
#ifndef CLASSIFY_LITERALS_H
#define CLASSIFY_LITERALS_H

#include "base/span.h"

enum {
    LITERALS_WAYS = 8,       /* of one pattern */
    LITERALS_CLAUSES = 4,    /* of one way */
    LITERALS_LITERALS = 256, /* of one clause */
    LITERALS_LENGTH = 14,    /* bytes of one literal; a longer one is cut */
};

/* In a literal: any character outside ASCII. */
#define LITERALS_NOT_ASCII '\x80'

struct literal {
    char text[LITERALS_LENGTH]; /* lower case, without a NUL */
    unsigned char n;
    bool bound_before, bound_after; /* it starts a word, it ends a word */
    bool first, last;               /* for the parser: it starts or ends its branch */
};

struct clause {
    size_t count;
    struct literal literals[LITERALS_LITERALS];
};

struct literal_way {
    size_t count;
    struct clause clauses[LITERALS_CLAUSES];
};

/* Writes the ways to match `pattern` (PCRE2, caseless) to the caller's `ways`, which need not be
 * zeroed, and returns how many there are. Each has at least one clause, and the most selective one
 * is the first. Returns 0 if any text may match. */
size_t literals_find(struct span pattern, struct literal_way ways[LITERALS_WAYS]);

#endif
