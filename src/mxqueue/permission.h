/*
 * permission: which addresses the quarantine allows to be written to by now. Owns its view of the
 * quarantine's state, which it only reads. Functions that return int report their own errors.
 */
#ifndef MXQUEUE_PERMISSION_H
#define MXQUEUE_PERMISSION_H

#include "store/states.h"

struct permission {
    struct store *store;
    struct states states; /* of the addresses that were asked about */
    struct buf value;     /* scratch */
};

MUST_CHECK int permission_open(struct permission *p);

/* Asks about an address as escape_text() writes it. */
void permission_ask(struct permission *p, struct span escaped);

/* Looks up all that was asked. */
MUST_CHECK int permission_look_up(struct permission *p);

/* After that: whether the address that was asked about at this place, from 0, may be written to at
 * `now_s`. EX_DATAERR if what the state has of it is damaged. */
MUST_CHECK int permission_get(struct permission *p, size_t place, int64_t now_s, bool *may);

/* Forgets what was asked. */
void permission_empty(struct permission *p);

MUST_CHECK int permission_close(struct permission *p);

#endif
