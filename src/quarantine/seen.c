#include "quarantine/seen.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <sys/random.h>

enum { FIRST_CAPACITY = 4096 };

void seen_init(struct seen *s)
{
    *s = (struct seen){.start = HASH_START};
    uint64_t random;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) == (ssize_t)sizeof random)
        s->start ^= random;
}

/* The slot of a hash: its own, or the free one where it would go. */
static uint64_t *find_slot(const struct seen *s, uint64_t hash)
{
    size_t i = (size_t)hash & (s->capacity - 1);
    while (s->hashes[i] != 0 && s->hashes[i] != hash)
        i = (i + 1) & (s->capacity - 1);
    return &s->hashes[i];
}

static void grow(struct seen *s)
{
    uint64_t *old = s->hashes;
    size_t capacity = s->capacity;
    s->capacity = capacity > 0 ? 2 * capacity : FIRST_CAPACITY;
    s->hashes = mem_new(s->capacity, sizeof *s->hashes);
    for (size_t i = 0; i < capacity; i++)
        if (old[i] != 0)
            *find_slot(s, old[i]) = old[i];
    free(old);
}

/* FNV-1a mixes its last bytes little into the high bits: this does. */
static uint64_t hash_of(const struct seen *s, struct span address)
{
    uint64_t hash = hash_more(s->start, address);
    hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93U;
    hash ^= hash >> 32;
    return hash != 0 ? hash : 1;
}

bool seen_add(struct seen *s, struct span address)
{
    if (2 * s->count >= s->capacity)
        grow(s);
    uint64_t hash = hash_of(s, address);
    uint64_t *slot = find_slot(s, hash);
    if (*slot == hash)
        return false;
    *slot = hash;
    s->count++;
    return true;
}

void seen_clear(struct seen *s)
{
    free(s->hashes);
    *s = (struct seen){0};
}
