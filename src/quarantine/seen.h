/*
 * seen: which addresses a run has seen. Owns a set of hashes, 16 to 32 bytes an address. Two
 * addresses of the same hash count as one, which happens once in a hundred thousand runs of ten
 * million addresses; nobody can choose such addresses, since each run hashes in its own way.
 */
#ifndef QUARANTINE_SEEN_H
#define QUARANTINE_SEEN_H

#include "base/span.h"

#include <stdint.h>

struct seen {
    uint64_t *hashes; /* open addressing, at most half full; 0 is free */
    size_t count, capacity;
    uint64_t start; /* of every hash */
};

void seen_init(struct seen *s);

/* Adds the address; false if it was there already. */
bool seen_add(struct seen *s, struct span address);
void seen_clear(struct seen *s);

#endif
