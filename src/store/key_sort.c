#include "store/key_sort.h"

#include <stdlib.h>

struct sortable key_sortable(struct span key, size_t item)
{
    unsigned char bytes[sizeof(uint64_t[2])] = {0};
    struct sortable s = {.key = key, .item = item};
    memcpy(bytes, key.p, key.n < sizeof bytes ? key.n : sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        s.start[i / 8] = s.start[i / 8] << 8 | bytes[i];
    return s;
}

static int compare(const void *a, const void *b)
{
    const struct sortable *x = a, *y = b;
    for (size_t i = 0; i < 2; i++)
        if (x->start[i] != y->start[i])
            return x->start[i] < y->start[i] ? -1 : 1;
    return span_compare(x->key, y->key);
}

void key_sort(struct sortable *list, size_t count)
{
    qsort(list, count, sizeof *list, compare);
}
