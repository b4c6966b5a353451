/*
 * compaction: when the journal is merged into the sorted files; for text_store.c alone. Borrows the
 * store. Functions return 0 or an exit status (reported).
 */
#ifndef STORE_COMPACTION_H
#define STORE_COMPACTION_H

#include "base/status.h"
#include "store/text_store.h"

/* Compacts the journal, under the lock, if it has grown too long for a run that goes on. */
MUST_CHECK int compaction_if_due(struct store *s);

/* Takes the lock and compacts, at the end of a run, what the run has let grow. Does nothing if
 * another run holds the lock, which then compacts at its own end. */
MUST_CHECK int compaction_at_end(struct store *s);

#endif
