/*
 * room: whether the disk has room for what happens to the rows that are given out. A row that was
 * sent, and whose end cannot be noted, is sent again.
 */
#ifndef MXQUEUE_ROOM_H
#define MXQUEUE_ROOM_H

#include "base/status.h"
#include "store/text_store.h"

/* EX_TEMPFAIL (reported) if the file system has less room than a compaction of the queue, of the
 * quarantine and the new lines of both may take. */
MUST_CHECK int room_check(const struct store *queue, const struct store *quarantine);

#endif
