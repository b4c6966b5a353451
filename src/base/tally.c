#include "base/tally.h"

#include "base/mem.h"

#include <stdlib.h>

struct span tally_key(const struct tally_count *c)
{
    return span_make(c->key, c->n);
}

bool tally_has(const struct tally *t, struct span key)
{
    return table_get(&t->counts, key) != NULL;
}

void tally_add(struct tally *t, struct span key, uint64_t times)
{
    struct tally_count *c = table_get(&t->counts, key);
    if (c == NULL) {
        c = mem_new(1, sizeof *c + key.n);
        if (key.n > 0)
            memcpy(c->key, key.p, key.n);
        c->n = key.n;
        table_set(&t->counts, tally_key(c), c);
    }
    c->times += times;
}

static int by_key(const void *a, const void *b)
{
    return span_compare(tally_key(*(const struct tally_count *const *)a),
                        tally_key(*(const struct tally_count *const *)b));
}

static int by_times(const void *a, const void *b)
{
    const struct tally_count *x = *(const struct tally_count *const *)a;
    const struct tally_count *y = *(const struct tally_count *const *)b;
    if (x->times != y->times)
        return x->times > y->times ? -1 : 1;
    return span_compare(tally_key(x), tally_key(y));
}

const struct tally_count **tally_sort(const struct tally *t, enum tally_order order)
{
    const struct tally_count **sorted = mem_new(t->counts.count, sizeof(struct tally_count *));
    size_t n = 0;
    for (size_t i = 0; i < t->counts.capacity; i++)
        if (t->counts.slots[i].value != NULL)
            sorted[n++] = t->counts.slots[i].value;
    qsort(sorted, n, sizeof(struct tally_count *), order == TALLY_BY_KEY ? by_key : by_times);
    return sorted;
}

void tally_clear(struct tally *t)
{
    for (size_t i = 0; i < t->counts.capacity; i++)
        free(t->counts.slots[i].value);
    table_clear(&t->counts);
}
