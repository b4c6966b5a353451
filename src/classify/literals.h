/*
 * required: which words a text must have for a pattern to match at all. There are ways to match it,
 * one for each of its alternatives; a way has clauses that all hold for every text that it matches,
 * each of them a set of literals of which one occurs. Pure. Errs to the safe side: what is not
 * understood in a pattern requires nothing.
 */
#ifndef CLASSIFY_LITERALS_H
#define CLASSIFY_LITERALS_H

#include "base/span.h"

enum {
    LITERALS_WAYS = 8,       /* of one pattern */
    LITERALS_CLAUSES = 4,    /* of one way */
    LITERALS_LITERALS = 256, /* of one clause */
    LITERALS_LENGTH = 14,    /* of one literal; longer ones are cut */
};

/* Stands for any character outside ASCII. */
#define LITERALS_NOT_ASCII '\x80'

struct literal {
    char text[LITERALS_LENGTH]; /* in lower case */
    unsigned char n;
    bool bound_before, bound_after; /* at a word's start, at a word's end */
    bool first, last;               /* while parsing: of the branch that it stands in */
};

struct clause {
    size_t count;
    struct literal literals[LITERALS_LITERALS];
};

struct literal_way {
    size_t count;
    struct clause clauses[LITERALS_CLAUSES];
};

/* The ways to match `pattern` (PCRE2, caseless), each with one clause at least, the one
 * that tells most in front; 0: any text may. */
size_t literals_find(struct span pattern, struct literal_way ways[LITERALS_WAYS]);

#endif
