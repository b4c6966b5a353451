/*
 * store_walk: when the journal is compacted; for store.c alone. The walk over all entries is
 * store_each() of store.h.
 */
#ifndef STORE_STORE_WALK_H
#define STORE_STORE_WALK_H

#include "base/status.h"
#include "store/store.h"

/* Compacts the journal, under the lock, if it has grown too long for a run that goes on; 0 or an
 * exit status (reported). */
MUST_CHECK int store_compact_if_due(struct store *s);

/* Compacts at the end of a run what the run has let grow, unless another run holds the lock. */
MUST_CHECK int store_compact_at_end(struct store *s);

#endif
