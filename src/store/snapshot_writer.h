/*
 * snapshot_writer: writes a snapshot file anew, line by line; at the end it replaces the old one.
 * The caller holds the lock. The struct owns the new file and borrows the directory and the name.
 * Functions return 0 or an exit status (reported): those of replace_begin() and EX_IOERR.
 */
#ifndef STORE_SNAPSHOT_WRITER_H
#define STORE_SNAPSHOT_WRITER_H

#include "base/safedir.h"
#include "base/status.h"
#include "store/stamp.h"

struct snapshot_writer {
    const struct safedir *dir;
    const char *name;
    int fd;
    struct stamp stamp; /* with the bytes that are written as its length */
    struct buf out;     /* lines that are not written yet */
};

/* Begins the file `name` with that stamp. After a failure, too, the caller calls
 * snapshot_writer_close(). */
MUST_CHECK int snapshot_writer_open(struct snapshot_writer *w, const struct safedir *d,
                                    const char *name, const struct stamp *stamp);

/* Adds a sealed line as it is (without its LF), or the line of a key and its text. The caller
 * adds them in the order of keys. */
MUST_CHECK int snapshot_writer_add_line(struct snapshot_writer *w, struct span line);
MUST_CHECK int snapshot_writer_add(struct snapshot_writer *w, struct span key, struct span text);

/* Puts the new file in the old one's place, on the disk, if `status` is 0; otherwise drops it and
 * returns `status`. */
MUST_CHECK int snapshot_writer_close(struct snapshot_writer *w, int status);

#endif
