/*
 * journal: a file of checksummed lines that is only appended to, in the state directory (mxkit(5)).
 * When journal_append() returns 0, its lines are on disk. Reading needs no lock; the caller
 * must hold it to append, to reset and to cut. The struct owns its descriptor, and borrows the
 * directory and the name, which must outlive it. Functions return 0 or an exit status (reported).
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
    int fd;             /* -1: the file does not exist yet */
    struct stamp stamp; /* its generation is that of the files to which it adds */
    size_t end;         /* how far it was read and found good */
    size_t start;       /* where the lines begin, after the stamp */
};

/* Opens the file for reading and, if `writes`, for appending, if it exists. Fails as
 * safedir_open_file() and stamp_read() do, or with EX_IOERR. After a failure, too, the caller calls
 * journal_close(). */
MUST_CHECK int journal_open(struct journal *j, const struct safedir *d, const char *name,
                            bool writes);

/* True if another file has its name now, or none has: it was replaced, made or removed. */
bool journal_is_other(const struct journal *j);

/* True if the open file is shorter than what was read of it. */
bool journal_is_cut(const struct journal *j);

/* One of both. */
bool journal_is_replaced(const struct journal *j);

/*
 * Adds to `lines` the batches that follow j->end: lines with good checksums, each with its LF, and
 * the line that closes each batch, which begins with a blank. What follows the last closed batch is
 * an append that did not end, of a run that was killed or is writing now: it counts as nothing and,
 * with `cut`, is cut off and reported. Bad bytes before a closing line are damage: EX_DATAERR.
 * EX_IOERR if the file cannot be read or cut.
 */
MUST_CHECK int journal_read(struct journal *j, struct buf *lines, bool cut);

/* Appends sealed lines, each with its LF, as one batch: the lines, fsync(2), the closing line,
 * fsync(2). All of the file must have been read before. After a failure (EX_IOERR) the file is cut
 * back to what it was. */
MUST_CHECK int journal_append(struct journal *j, struct span lines);

/* Replaces the file by an empty journal with this stamp, and opens that. */
MUST_CHECK int journal_reset(struct journal *j, const struct stamp *stamp);
void journal_close(struct journal *j);

#endif
