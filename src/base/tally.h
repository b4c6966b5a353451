/*
 * tally: how often each of some strings occurred. Owns its copies of them.
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
    TALLY_BY_TIMES, /* most frequent first, then by key, so that the order is always one */
    TALLY_BY_KEY,
};

void tally_add(struct tally *t, struct span key, uint64_t times);
bool tally_has(const struct tally *t, struct span key);
struct span tally_key(const struct tally_count *c);

/* The counts in order, t->counts.count of them, in an array that the caller frees. */
const struct tally_count **tally_sort(const struct tally *t, enum tally_order order);
void tally_clear(struct tally *t);

#endif
