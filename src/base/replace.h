/*
 * replace: a file of a safe folder replaced as a whole: it is written under another name, fsynced
 * and renamed, so that a crash leaves the old file or the new one. Functions return 0 or an exit
 * status (reported), as those of safedir.h.
 */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include "base/safedir.h"
#include "base/status.h"

/* Creates the file `name`.new, which will replace the file `name`, and sets *fd for writing it. The
 * caller must hold a lock: a `name`.new that a killed process left is removed. */
MUST_CHECK int replace_begin(const struct safedir *d, const char *name, int *fd);

/* Replaces the file `name` by the one written to `fd`: fsync, rename, fsync of the directory.
 * Always closes `fd`. Returns EX_IOERR if any of it fails: before the rename the old file is kept;
 * after it the new file has the name, but may lose it at a power failure. */
MUST_CHECK int replace_end(const struct safedir *d, const char *name, int fd);

/* Closes `fd` and removes the new file. */
void replace_abandon(const struct safedir *d, const char *name, int fd);

#endif
