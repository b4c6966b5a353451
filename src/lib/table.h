/*
 * table: values found by a string. Keys and values belong to the caller, who keeps a key's bytes
 * while it is in the table.
 */
#ifndef MXKIT_TABLE_H
#define MXKIT_TABLE_H

#include "span.h"

struct table_slot {
    struct span key;
    void *value; /* NULL: a free slot */
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

/* Takes all values out, and keeps the room. */
void table_clear(struct table *t);

/* Frees the slots, not what they point to. */
void table_free(struct table *t);

#endif
