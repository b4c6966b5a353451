/*
 * migrate: a state of an older version written anew (mxkit(5)): each address in the canonical form
 * of this version, and addresses that are one by now merged. Holds the whole state in memory.
 * Borrows the store.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "base/status.h"
#include "store/text_store.h"

/* Rewrites the files under the lock. 0 or an exit status (reported); then nothing has changed. */
MUST_CHECK int migrate_state(struct store *s);

#endif
