/*
 * table: values found by a string. Keys and values belong to the caller, who keeps a key's bytes
 * while it is in the table.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/span.h"

#include <stdint.h>

struct table_slot {
    struct span key;
    void *value;   /* NULL: a free slot */
    uint64_t hash; /* of the key: others are passed over without a look at their bytes */
};

struct table {
    struct table_slot *slots; /* open addressing, at most half full; walk it by capacity */
    size_t count;
    size_t capacity;
};

/* The value of a key, or NULL. */
void *table_get(const struct table *t, struct span key);

/* Sets the value (not NULL) of a key; `key` replaces the bytes that an older value was found by. */
void table_set(struct table *t, struct span key, void *value);

/* The same for who looks for a key in several tables: `hash` is table_hash() of it. */
uint64_t table_hash(struct span key);
void *table_get_hashed(const struct table *t, struct span key, uint64_t hash);
void table_set_hashed(struct table *t, struct span key, uint64_t hash, void *value);

/* Takes all values out, and keeps the room. */
void table_empty(struct table *t);

/* Frees the slots, not what they point to. */
void table_clear(struct table *t);

#endif
