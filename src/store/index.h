/*
 * fences: the addresses at which the pages of a mapped snapshot begin, each copied when it is first
 * looked at. A search goes by them, in a few megabytes that stay in the caches, and touches the
 * snapshot in its last page only; opening costs nothing. The checksum of each copied line is
 * checked, so that a flipped bit cannot lead a search past an address. Owns the copies.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

struct index {
    struct span map; /* lines from `first` on, borrowed */
    size_t first;
    size_t page;      /* bytes; a power of two */
    size_t count;     /* of pages */
    uint32_t *places; /* of each page's fence in `copies`, + 1; 0: not looked at yet */
    struct buf copies;
    bool copied; /* all of them */
};

void index_init(struct index *f, struct span map, size_t first);

/* A page of lines: in it is the line of an address, if it is there at all. */
struct page {
    size_t place;
    struct span lines;
};

/* Finds the page of an address, from `page` on (zeroed: the first), which it becomes: addresses
 * that come in their order are found fastest. False with *bad set to a damaged line. */
MUST_CHECK bool index_find(struct index *f, struct span address, struct page *page,
                           struct span *bad);

/* Copies all fences, in their order: worth it before many are looked up. False as above. */
MUST_CHECK bool index_copy_all(struct index *f, struct span *bad);
void index_clear(struct index *f);

#endif
