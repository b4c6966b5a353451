/*
 * overlay: the latest line of each address in the journal and in the batch that is being made: they
 * take precedence over the lines of the sorted files. Owns the lines, in one buffer in the order in
 * which they came, and finds them by a hash table. Pure: no I/O; nothing can fail.
 */
#ifndef STORE_OVERLAY_H
#define STORE_OVERLAY_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

struct change {
    size_t start;    /* of the line in `lines` */
    uint32_t length; /* without its LF */
    uint32_t address_length;
    bool pending; /* not in the journal yet */
};

/* By the hash, a search passes others' slots over without a look at their lines. */
struct change_slot {
    uint32_t hash;
    uint32_t number; /* the place in `list`, plus 1; 0: free */
};

/* A zeroed struct is an empty overlay. */
struct overlay {
    struct buf lines; /* each with its LF; callers add to it, then call overlay_note() */
    size_t noted;     /* bytes of `lines` that overlay_note() has seen */
    size_t live;      /* bytes of the lines that are the latest of their address */
    struct change *list;
    size_t count, capacity;
    struct change_slot *slots;
    size_t slot_count;
    uint32_t *pending; /* places in `list` that are pending */
    size_t pending_count, pending_capacity;
};

/* Takes note of the lines that were added to `lines` since the last call: whole lines of entries.
 * Lines that begin with a blank are not entries, and are passed over. `pending`: the journal does
 * not have them yet. May move all lines. */
void overlay_note(struct overlay *o, bool pending);

/* Finds the line of an address, without its LF: borrowed until `lines` changes. False if it has
 * none. */
MUST_CHECK bool overlay_find(const struct overlay *o, struct span address, struct span *line);

/* Adds the pending lines to `out`, each with its LF; they are no longer pending. */
void overlay_settle(struct overlay *o, struct buf *out);

/* The line, and its address, at a place in `list`: borrowed until `lines` changes. */
struct span overlay_line(const struct overlay *o, uint32_t place);
struct span overlay_address(const struct overlay *o, uint32_t place);

/* All places, sorted by address. The caller frees the array of o->count items. */
uint32_t *overlay_sort(const struct overlay *o);
void overlay_clear(struct overlay *o);

#endif
