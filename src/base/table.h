/*
 * table: a hash table from strings to pointers.
 * The caller owns keys and values, and keeps the bytes of a key while it is in the table. The table
 * owns its slots; a zeroed struct is an empty table. Nothing here fails (see mem.h). Keys that
 * somebody chose to collide (hash.h) make a lookup slow, never wrong.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/span.h"

#include <stdint.h>

struct table_slot {
    struct span key;
    void *value;   /* NULL: the slot is free */
    uint64_t hash; /* of the key: if it differs, the bytes need not be compared */
};

struct table {
    /* open addressing, at most half full; to visit all values, walk `capacity` slots and skip the
     * free ones */
    struct table_slot *slots;
    size_t count;    /* of values */
    size_t capacity; /* of slots: 0 or a power of two */
};

/* Returns the value of a key, or NULL. */
void *table_get(const struct table *t, struct span key);

/* Sets the value of a key; `value` must not be NULL. An older value is replaced, and so are the
 * borrowed bytes of its key. */
void table_set(struct table *t, struct span key, void *value);

/* Do the same for a caller that looks for one key in several tables and hashes it once: `hash` is
 * table_hash() of `key`. */
uint64_t table_hash(struct span key);
void *table_get_hashed(const struct table *t, struct span key, uint64_t hash);
void table_set_hashed(struct table *t, struct span key, uint64_t hash, void *value);

/* Removes all values but keeps the memory of the slots. */
void table_empty(struct table *t);

/* Frees the slots, but not the keys and values, and makes the table empty. */
void table_clear(struct table *t);

#endif
