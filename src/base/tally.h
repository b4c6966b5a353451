/*
 * tally: counts how often each string occurred.
 * A zeroed struct is an empty tally. It owns copies of the strings until tally_clear(). Nothing
 * here fails (see mem.h).
 */
#ifndef BASE_TALLY_H
#define BASE_TALLY_H

#include "base/table.h"

#include <stdint.h>

struct tally {
    struct table counts; /* of struct tally_count */
};

struct tally_count {
    uint64_t times;
    size_t n;
    char key[]; /* n bytes */
};

enum tally_order {
    TALLY_BY_TIMES, /* most frequent first, equal counts by key, so that the order is unique */
    TALLY_BY_KEY,
};

/* Adds `times` to the count of `key`, whose bytes are copied. */
void tally_add(struct tally *t, struct span key, uint64_t times);
bool tally_has(const struct tally *t, struct span key);

/* Returns the key, borrowed from `c`. */
struct span tally_key(const struct tally_count *c);

/* Returns an array of all t->counts.count counts in order. The caller frees the array; the counts
 * are borrowed from the tally. */
const struct tally_count **tally_sort(const struct tally *t, enum tally_order order);

/* Frees all counts and makes the tally empty. */
void tally_clear(struct tally *t);

#endif
