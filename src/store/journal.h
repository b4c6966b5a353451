/*
 * journal: an append-only file of checksummed lines in the state directory (mxkit(5)).
 * What was appended is on the disk when journal_append() returns 0. A reader needs no lock;
 * appending, resetting and cutting a torn tail do: the caller holds it. Functions say their trouble
 * and return 0 or an exit status.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/buf.h"
#include "base/safedir.h"
#include "base/status.h"
#include "store/stamp.h"

struct journal {
    const struct safedir *dir;
    const char *name;
    int fd;             /* -1: there is no file yet */
    struct stamp stamp; /* its generation is that of the file that it continues */
    size_t end;         /* of what was read and found good */
    size_t start;       /* behind the header */
};

/* Opens the file if it exists. */
MUST_CHECK int journal_open(struct journal *j, const struct safedir *d, const char *name);

/* Has the file been replaced by another since it was opened, or cut to less than was read? */
bool journal_is_replaced(const struct journal *j);

/*
 * Adds to `lines` what stands behind j->end: whole lines with good checksums; one that starts with
 * a blank ends a batch. Bad bytes at the end are a torn write (of a run that was killed, or that is
 * writing now): with `cut` (under the lock) they are cut off. Bad bytes of which a batch's end
 * tells that they were written whole are damage: EX_DATAERR.
 */
MUST_CHECK int journal_read(struct journal *j, struct buf *lines, bool cut);

/* Appends sealed lines as one batch, and fsyncs; on failure the file is cut back to what it was.
 * Everything must have been read before. */
MUST_CHECK int journal_append(struct journal *j, struct span lines);

/* Puts an empty journal of this generation in the file's place. */
MUST_CHECK int journal_reset(struct journal *j, uint64_t generation);
void journal_close(struct journal *j);

#endif
