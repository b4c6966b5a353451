/*
 * statedir: the shared state directory (mxkit(5)): opened safely, locked, its files replaced whole.
 * -s DIR, else $MXKIT_STATE, else /var/lib/mxkit for root and $XDG_STATE_HOME/mxkit for others.
 * Every function says its own trouble on stderr and returns 0 or an exit status: EX_NOPERM for what
 * is not ours (a link, a FIFO, a foreign owner, a hard link), EX_TEMPFAIL for a lock that is held,
 * EX_CANTCREAT, EX_IOERR. Nothing is opened through a symbolic link; no descriptor is 0, 1 or 2.
 */
#ifndef LIB_STATEDIR_H
#define LIB_STATEDIR_H

#include "base/options.h"
#include "base/span.h"

/* -s, --state DIR */
extern const struct option_entry statedir_option_table[];

struct statedir {
    int fd;     /* of the directory */
    char *path; /* for messages; owned */
};

/* Where it would be; the caller frees. NULL where no home is known (said). */
char *statedir_path(void);

/* Opens the directory, making it (0700) if `make`; EX_NOINPUT, silently, if it is not there and is
 * not to be made. */
int statedir_open(struct statedir *d, bool make);

/* Opens the folder that a file of the user's is in, whoever owns it; *name is the file's name
 * there, borrowed from `path`. */
int statedir_open_beside(struct statedir *d, const char *path, const char **name);
void statedir_close(struct statedir *d);

/* Opens a file of the directory with open(2) flags (O_CREAT makes it 0600, or 0640 in a folder that
 * a group reads); *fd is -1 and the result 0 if it does not exist and is not to be made. */
int statedir_open_file(const struct statedir *d, const char *name, int flags, int *fd);

/* Takes the lock `name`, waiting for others unless `no_wait`; it is held until the descriptor is
 * closed or the process dies. */
int statedir_lock(const struct statedir *d, const char *name, bool no_wait, int *fd);

/* The same where another's lock is no trouble: then *fd is -1, and the result 0. */
int statedir_try_lock(const struct statedir *d, const char *name, int *fd);

/* Replaces file `name` by what was written to `fd`, opened by statedir_begin_replace(): fsync,
 * rename, fsync of the folder. */
int statedir_begin_replace(const struct statedir *d, const char *name, int *fd);
int statedir_end_replace(const struct statedir *d, const char *name, int fd);

/* Gives the new file up. */
void statedir_abandon_replace(const struct statedir *d, const char *name, int fd);

/* Writes all bytes, past EINTR and short writes; `name` for messages. */
int statedir_write_all(const struct statedir *d, const char *name, int fd, struct span bytes);

#endif
