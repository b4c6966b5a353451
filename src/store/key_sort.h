/*
 * key_sort: sorts keys that are far apart in memory. Most comparisons are of the first bytes, which
 * are copied, so that few wait for the key itself. Pure: no I/O; nothing can fail.
 */
#ifndef STORE_KEY_SORT_H
#define STORE_KEY_SORT_H

#include "base/span.h"

#include <stdint.h>

struct sortable {
    uint64_t start[2]; /* the first bytes of the key, as numbers */
    struct span key;   /* borrowed */
    size_t item;       /* the caller's: whose key it is */
};

struct sortable key_sortable(struct span key, size_t item);

/* Sorts by the bytes of the keys. */
void key_sort(struct sortable *list, size_t count);

#endif
