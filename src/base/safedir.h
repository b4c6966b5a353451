/*
 * safedir: a folder whose files are opened safely, locked, and replaced whole.
 * Nothing is opened through a symbolic link, and no file that is not a plain file of our own. Every
 * function reports its own errors and returns 0 or an exit status: EX_NOPERM for a file or folder
 * that is not ours (a link, a FIFO, a foreign owner, a hard link), EX_TEMPFAIL for a lock that is
 * held, EX_CANTCREAT, EX_IOERR.
 */
#ifndef BASE_SAFEDIR_H
#define BASE_SAFEDIR_H

#include "base/span.h"
#include "base/status.h"

struct safedir {
    int fd;     /* of the directory */
    char *path; /* for messages; owned */
};

/* Opens the directory `path`, which messages call `what` ("state directory"), and makes it (0700)
 * if `make`. Returns EX_NOINPUT, silently, if it does not exist and is not to be made. */
MUST_CHECK int safedir_open(struct safedir *d, const char *path, const char *what, bool make);

/* Opens the folder that a file of the user's is in, whoever owns it; *name is the file's name
 * there, borrowed from `path`. */
MUST_CHECK int safedir_open_beside(struct safedir *d, const char *path, const char **name);
void safedir_close(struct safedir *d);

/* Opens a file of the directory with open(2) flags (O_CREAT makes it 0600, or 0640 in a folder that
 * a group reads); *fd is -1 and the result 0 if it does not exist and is not to be made. */
MUST_CHECK int safedir_open_file(const struct safedir *d, const char *name, int flags, int *fd);

/* Takes the lock `name`, waiting for others unless `no_wait`; it is held until the descriptor is
 * closed or the process dies. */
MUST_CHECK int safedir_lock(const struct safedir *d, const char *name, bool no_wait, int *fd);

/* The same where another's lock is no trouble: then *fd is -1, and the result 0. */
MUST_CHECK int safedir_try_lock(const struct safedir *d, const char *name, int *fd);

/* Replaces file `name` by what was written to `fd`, opened by safedir_begin_replace(): fsync,
 * rename, fsync of the folder. */
MUST_CHECK int safedir_begin_replace(const struct safedir *d, const char *name, int *fd);
MUST_CHECK int safedir_end_replace(const struct safedir *d, const char *name, int fd);

/* Gives the new file up. */
void safedir_abandon_replace(const struct safedir *d, const char *name, int fd);

/* Writes all bytes, past EINTR and short writes; `name` for messages. */
MUST_CHECK int safedir_write_all(const struct safedir *d, const char *name, int fd,
                                 struct span bytes);

#endif
