/*
 * journal: an append-only file of checksummed lines in the state directory (mxkit(5)).
 * What was appended is on the disk when journal_append() returns 0. A reader needs no lock;
 * appending, resetting and cutting a torn tail do: the caller holds it. Functions say their trouble
 * and return 0 or an exit status.
 */
#ifndef MXKIT_JOURNAL_H
#define MXKIT_JOURNAL_H

#include "buf.h"
#include "statedir.h"

#include <stdint.h>

/* The first line of every state file: the format's version, what the file is, and its generation.
 * It starts with a blank, so that it sorts before every address. */
void journal_add_header(struct buf *out, const char *what, uint64_t generation);

/* Reads such a line: EX_CONFIG where it is of a newer version, EX_DATAERR where it is damaged. */
int journal_read_header(struct span line, const char *what, const char *name, uint64_t *generation);

struct journal {
    const struct statedir *dir;
    const char *name;
    int fd;              /* -1: there is no file yet */
    uint64_t generation; /* of the snapshot that it continues */
    size_t end;          /* of what was read and found good */
    size_t start;        /* behind the header */
};

/* Opens the file if it exists. */
int journal_open(struct journal *j, const struct statedir *d, const char *name);

/* Has the file been replaced by another since it was opened, or cut to less than was read? */
bool journal_is_replaced(const struct journal *j);

/*
 * Adds to `lines` what stands behind j->end: whole lines with good checksums. Bytes at the end that
 * are none are a torn write (of a run that was killed, or that is writing now): with `cut` (under
 * the lock) they are cut off. Bad bytes with good lines behind them are damage: EX_DATAERR.
 */
int journal_read(struct journal *j, struct buf *lines, bool cut);

/* Appends sealed lines, and fsyncs; on failure the file is cut back to what it was. Everything must
 * have been read before. */
int journal_append(struct journal *j, struct span lines);

/* Puts an empty journal of this generation in the file's place. */
int journal_reset(struct journal *j, uint64_t generation);
void journal_close(struct journal *j);

#endif
