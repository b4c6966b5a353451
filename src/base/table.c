#include "base/table.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

/* Returns the slot that has the key, or else the free slot where it would go. */
static struct table_slot *find_slot(const struct table *t, struct span key, uint64_t hash)
{
    size_t i = (size_t)(hash ^ hash >> 32) & (t->capacity - 1);
    while (t->slots[i].value != NULL &&
           (t->slots[i].hash != hash || !span_equal(t->slots[i].key, key)))
        i = (i + 1) & (t->capacity - 1);
    return &t->slots[i];
}

uint64_t table_hash(struct span key)
{
    return hash_more(HASH_START, key);
}

void *table_get_hashed(const struct table *t, struct span key, uint64_t hash)
{
    return t->capacity > 0 ? find_slot(t, key, hash)->value : NULL;
}

void *table_get(const struct table *t, struct span key)
{
    return t->count > 0 ? table_get_hashed(t, key, table_hash(key)) : NULL;
}

static void grow(struct table *t)
{
    struct table old = *t;
    t->capacity = old.capacity > 0 ? old.capacity * 2 : 256;
    t->slots = mem_new(t->capacity, sizeof *t->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].value != NULL)
            *find_slot(t, old.slots[i].key, old.slots[i].hash) = old.slots[i];
    free(old.slots);
}

void table_set_hashed(struct table *t, struct span key, uint64_t hash, void *value)
{
    if (t->count * 2 >= t->capacity)
        grow(t);
    struct table_slot *slot = find_slot(t, key, hash);
    t->count += slot->value == NULL;
    *slot = (struct table_slot){key, value, hash};
}

void table_set(struct table *t, struct span key, void *value)
{
    table_set_hashed(t, key, table_hash(key), value);
}

void table_empty(struct table *t)
{
    if (t->capacity > 0)
        memset(t->slots, 0, t->capacity * sizeof *t->slots);
    t->count = 0;
}

void table_clear(struct table *t)
{
    free(t->slots);
    *t = (struct table){0};
}
