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

/* Empties the journal after a new snapshot (`whole`) or recent file of generation `next` is in
 * place, and opens all files. A kill between these steps does no harm, because the generations show
 * what the new file has; so no step waits for the one before to be on the disk. */
MUST_CHECK int store_start_anew(struct store *s, bool whole, uint64_t next);

#endif
