/*
 * safedir: opens the files of a directory safely, locks them and replaces them whole.
 * The struct owns a descriptor and a copy of the path; safedir_close() frees them, also after a
 * failed open. File names are borrowed for the call; the caller closes the descriptors it gets.
 *
 * A file in the directory is opened only if it is a regular file of the directory's owner, is not a
 * symbolic link, has no second hard link, is not writable by the group and has no permissions for
 * others. Every function reports its own errors and returns 0 or an exit status: EX_NOPERM if a
 * file or directory is refused for such a reason or may not be opened, EX_CANTCREAT if it cannot be
 * opened or created otherwise, EX_IOERR if another system call fails. Comments name exceptions.
 */
#ifndef BASE_SAFEDIR_H
#define BASE_SAFEDIR_H

#include "base/span.h"
#include "base/status.h"

#include <stdint.h>
#include <sys/types.h>

struct safedir {
    uid_t owner; /* to whom the files must belong; only this user can lock and change them */
    int fd;      /* of the directory; -1 if it is not open */
    char *path;  /* for messages; owned */
};

/*
 * Opens the directory `path`, which messages call `what` ("state directory"). With `make`, first
 * creates it and its missing parents with mode 0700; it must belong to the effective user then. The
 * directory itself must not be a symbolic link, be writable by the group or have any permissions
 * for others; its parents are not checked. Returns EX_NOINPUT (not reported) if it does not exist
 * and `make` is false, EX_CANTCREAT only if it cannot be created, and EX_IOERR if it cannot be
 * opened.
 */
MUST_CHECK int safedir_open(struct safedir *d, const char *path, const char *what, bool make);

/* Opens the directory of a file that the user named, without checking its owner or mode, and
 * follows symbolic links to it. *name becomes the file's name in it, borrowed from `path`. Returns
 * EX_CANTCREAT if the directory cannot be opened. */
MUST_CHECK int safedir_open_beside(struct safedir *d, const char *path, const char **name);

/* Closes the directory and frees the path. */
void safedir_close(struct safedir *d);

/* Opens a file with the flags of open(2). O_CREAT creates it with mode 0600, or 0640 if the group
 * may read the directory. Returns 0 with *fd -1 if the file does not exist and `flags` has no
 * O_CREAT. After a failure *fd is -1. */
MUST_CHECK int safedir_open_file(const struct safedir *d, const char *name, int flags, int *fd);

/* Locks the file `name` with flock(2), creating it with mode 0600. Waits if another process has the
 * lock, or returns EX_TEMPFAIL (reported) if `no_wait`. The lock is held until the caller closes
 * *fd or the process dies. After a failure *fd is -1. */
MUST_CHECK int safedir_lock(const struct safedir *d, const char *name, bool no_wait, int *fd);

/* Locks the file like safedir_lock(), but does not wait. If it cannot be locked, for example
 * because another process has the lock, *fd is -1 and the result 0. */
MUST_CHECK int safedir_try_lock(const struct safedir *d, const char *name, int *fd);

/* Writes all bytes to `fd`, however many calls of write(2) that takes; `name` is for messages.
 * EX_IOERR if a write fails. */
MUST_CHECK int safedir_write_all(const struct safedir *d, const char *name, int fd,
                                 struct span bytes);

/* How many bytes its file system has room for, for a user who is not root. */
MUST_CHECK int safedir_room(const struct safedir *d, uint64_t *bytes);

#endif
