/*
 * changes: the latest line of each address that the journal holds or a batch has made. Lines stand
 * where they were read, in one buffer; nothing else is copied. Owns them.
 */
#ifndef STORE_OVERLAY_H
#define STORE_OVERLAY_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

struct change {
    size_t start; /* of the line in `lines` */
    uint32_t length;
    uint32_t address_length;
    bool pending; /* not in the journal yet */
};

struct overlay {
    struct buf lines; /* of the journal, as they came, then those of the batch; each with its LF */
    size_t noted;     /* bytes of `lines` that overlay_note() has seen */
    size_t live;      /* bytes of lines that are the latest of their address */
    struct change *list;
    size_t count, capacity;
    uint32_t *slots; /* places in `list` + 1, by hash; 0: free */
    size_t slot_count;
    uint32_t *pending; /* places of those changed since overlay_settle() */
    size_t pending_count, pending_capacity;
};

/* Takes note of the lines that were added behind c->noted; `pending`: the journal has them not yet.
 * What begins with a blank is no entry. */
void overlay_note(struct overlay *c, bool pending);

/* The line of an address; false if it has not changed. Lives until the next overlay_note(). */
MUST_CHECK bool overlay_find(const struct overlay *c, struct span address, struct span *line);

/* Adds the pending lines, and takes them for written. */
void overlay_settle(struct overlay *c, struct buf *out);

/* Line and address of a place in the list. */
struct span overlay_line(const struct overlay *c, uint32_t place);
struct span overlay_address(const struct overlay *c, uint32_t place);

/* All places in the order of their addresses; the caller frees the list. */
uint32_t *overlay_sort(const struct overlay *c);
void overlay_clear(struct overlay *c);

#endif
