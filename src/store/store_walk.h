/*
 * store_walk: writes the files of the store anew; for the files of the store alone.
 * text_store_each(), which visits every line, is in text_store.h.
 */
#ifndef STORE_STORE_WALK_H
#define STORE_STORE_WALK_H

#include "base/status.h"
#include "store/text_store.h"

/* Writes all entries to a new snapshot if `whole`, or else those that are not in the snapshot to a
 * new recent file, and empties the journal. The caller holds the lock and has nothing to commit.
 * Returns 0 or an exit status (reported). */
MUST_CHECK int store_rewrite(struct store *s, bool whole);

#endif
