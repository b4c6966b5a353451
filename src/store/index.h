/*
 * index: the addresses at which the pages of a mapped snapshot begin. Each is copied when a search
 * first needs it, so opening costs nothing. Searches go by these copies, a few megabytes that stay
 * in the processor's caches, and touch the snapshot only in the one page that is left.
 *
 * Owns the copies and borrows the map. The checksum of each copied line is checked, so that a
 * flipped bit cannot lead a search past an address; a wrong one makes a function return false, with
 * *bad set to that line and nothing reported. One thread may use an index at a time until
 * index_copy_all() has returned true; then nothing changes any more.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

struct index {
    struct span map; /* lines, from `first` on: borrowed */
    size_t first;
    size_t page;      /* bytes; a power of two */
    size_t count;     /* of pages */
    uint32_t *places; /* for each page, where `copies` has its start, plus 1; 0: not copied yet */
    struct buf copies;
    bool copied; /* all of them */
};

void index_init(struct index *ix, struct span map, size_t first);

/* A page of lines, borrowed from the map. */
struct page {
    size_t place; /* its number */
    struct span lines;
};

/* Makes *page the only page that can have the line of an address. The search starts from the page
 * that *page was (zeroed: the first), so sorted addresses are found fastest. */
MUST_CHECK bool index_find(struct index *ix, struct span address, struct page *page,
                           struct span *bad);

/* Copies the starts of all pages: worth it before many addresses are looked up. */
MUST_CHECK bool index_copy_all(struct index *ix, struct span *bad);
void index_clear(struct index *ix);

#endif
