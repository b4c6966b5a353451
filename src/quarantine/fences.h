/*
 * fences: the addresses at which the pages of a mapped snapshot begin, each copied when it is first
 * looked at. A search goes by them, in a few megabytes that stay in the caches, and touches the
 * snapshot in its last page only; opening costs nothing. Owns the copies.
 */
#ifndef QUARANTINE_FENCES_H
#define QUARANTINE_FENCES_H

#include "buf.h"

#include <stdint.h>

struct fences {
    struct span map; /* lines from `first` on, borrowed */
    size_t first;
    size_t page;      /* bytes; a power of two */
    size_t count;     /* of pages */
    uint32_t *places; /* of each page's fence in `copies`, + 1; 0: not looked at yet */
    struct buf copies;
};

void fences_start(struct fences *f, struct span map, size_t first);

/* The part of the map in which the line of an address is, if it is there at all. */
struct span fences_find(struct fences *f, struct span address);
void fences_free(struct fences *f);

#endif
