#include "base/safedir.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

/* Creates one directory, or accepts it as it is. A new one survives a power failure only if its
 * parent is synced; a parent that may not be read cannot be. */
static bool make_directory(const char *path)
{
    if (mkdir(path, 0700) != 0)
        return errno == EEXIST;
    struct buf parent = {0};
    buf_format(&parent, "%s/..", path);
    int fd = open(buf_string(&parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool safe = fd < 0 ? errno == EACCES : fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    buf_clear(&parent);
    return safe;
}

/* Creates the directories of `path` that are missing. Cuts `path` at each slash for a moment. */
static int make_directories(char *path, const char *what)
{
    for (char *p = path + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char kept = *p;
        *p = '\0';
        bool made = make_directory(path);
        *p = kept;
        if (!made) {
            err_errno("cannot create the %s %s", what, path);
            return EX_CANTCREAT;
        }
        if (kept == '\0')
            return 0;
    }
}

/* The group may read, so that members of it can look at the state. */
static int check_directory(struct safedir *d, const char *what, bool make)
{
    struct stat st;
    if (fstat(d->fd, &st) != 0) {
        err_errno("cannot examine the %s %s", what, d->path);
        return EX_IOERR;
    }
    d->owner = st.st_uid;
    if ((st.st_mode & 027) == 0 && (!make || st.st_uid == geteuid()))
        return 0;
    if ((st.st_mode & 027) == 0)
        err_say("the %s %s belongs to another user; run this as that user", what, d->path);
    else
        err_say("the %s %s is open to others; close it with chmod 0700", what, d->path);
    return EX_NOPERM;
}

int safedir_open(struct safedir *d, const char *path, const char *what, bool make)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') /* O_NOFOLLOW would follow a link before a slash */
        n--;
    *d = (struct safedir){.fd = -1, .path = mem_copy(path, n), .owner = geteuid()};
    int status = make ? make_directories(d->path, what) : 0;
    if (status != 0)
        return status;
    d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (d->fd < 0 && errno == ENOENT)
        return EX_NOINPUT;
    if (d->fd < 0) {
        bool planted = errno == ELOOP || errno == ENOTDIR || errno == EACCES;
        err_errno("cannot open the %s %s", what, d->path);
        return planted ? EX_NOPERM : EX_IOERR;
    }
    return check_directory(d, what, make);
}

int safedir_open_beside(struct safedir *d, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash != NULL ? slash + 1 : path;
    size_t n = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    d->path = mem_copy(slash == NULL ? "." : path, n);
    d->owner = geteuid();
    d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (d->fd >= 0)
        return 0;
    err_errno("cannot open the directory of %s", path);
    return EX_CANTCREAT;
}

void safedir_close(struct safedir *d)
{
    if (d->fd >= 0)
        close(d->fd);
    free(d->path);
    *d = (struct safedir){.fd = -1};
}

/* A file that somebody else owns, can change or can reach by another name is not trusted. */
static int check_file(const struct safedir *d, const char *name, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        err_errno("cannot examine %s/%s", d->path, name);
        return EX_IOERR;
    }
    if (S_ISREG(st.st_mode) && st.st_uid == d->owner && st.st_nlink <= 1 && (st.st_mode & 027) == 0)
        return 0;
    err_say("%s/%s: not a regular file that only the directory's owner can write; inspect it and "
            "remove it",
            d->path, name);
    return EX_NOPERM;
}

static mode_t file_mode(const struct safedir *d)
{
    struct stat st;
    return fstat(d->fd, &st) == 0 && (st.st_mode & 040) != 0 ? 0640 : 0600;
}

int safedir_open_file(const struct safedir *d, const char *name, int flags, int *fd)
{
    /* With O_NONBLOCK, opening a FIFO that somebody put there does not wait. */
    *fd = openat(d->fd, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (*fd < 0 && errno == ENOENT && (flags & O_CREAT) == 0)
        return 0;
    if (*fd < 0) {
        bool planted = errno == ELOOP || errno == EISDIR || errno == ENXIO || errno == EACCES;
        err_errno("cannot open %s/%s", d->path, name);
        return planted ? EX_NOPERM : EX_CANTCREAT;
    }
    int status = check_file(d, name, *fd);
    if (status == 0 && (flags & O_CREAT) != 0 && file_mode(d) != 0600)
        fchmod(*fd, file_mode(d));
    if (status != 0) {
        close(*fd);
        *fd = -1;
    }
    return status;
}

static int open_lock(const struct safedir *d, const char *name, int *fd)
{
    *fd = -1;
    if (d->owner != geteuid()) {
        err_say("%s belongs to another user, who alone can change it; run this as that user",
                d->path);
        return EX_NOPERM;
    }
    int status = safedir_open_file(d, name, O_RDWR | O_CREAT, fd);
    if (status == 0)
        fchmod(*fd, 0600); /* a process that can open a lock file can hold it */
    return status;
}

/* Returns 0, or the errno of flock(2) after closing the file. */
static int lock_or_close(int *fd, int operation)
{
    int failed;
    while ((failed = flock(*fd, operation)) != 0 && errno == EINTR)
        ;
    if (failed == 0)
        return 0;
    int error = errno;
    close(*fd);
    *fd = -1;
    return error;
}

/* True if the locked file still has its name. If somebody removed it while we waited, others lock a
 * new one, and ours keeps nobody out. */
static bool is_in_place(const struct safedir *d, const char *name, int fd)
{
    struct stat ours, there;
    return fstat(fd, &ours) == 0 && fstatat(d->fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

/* Returns 0, or the errno of flock(2); *status is what opening the file failed with. */
static int lock_in_place(const struct safedir *d, const char *name, int operation, int *fd,
                         int *status)
{
    for (;;) {
        *status = open_lock(d, name, fd);
        int error = *status == 0 ? lock_or_close(fd, operation) : 0;
        if (*status != 0 || error != 0 || is_in_place(d, name, *fd))
            return error;
        close(*fd);
    }
}

int safedir_lock(const struct safedir *d, const char *name, bool no_wait, int *fd)
{
    int status;
    int error = lock_in_place(d, name, LOCK_EX | (no_wait ? LOCK_NB : 0), fd, &status);
    if (status != 0 || error == 0)
        return status;
    errno = error;
    if (error == EWOULDBLOCK)
        err_say("%s/%s is locked by another process; try again later", d->path, name);
    else
        err_errno("cannot lock %s/%s", d->path, name);
    return error == EWOULDBLOCK ? EX_TEMPFAIL : EX_IOERR;
}

int safedir_try_lock(const struct safedir *d, const char *name, int *fd)
{
    int status;
    lock_in_place(d, name, LOCK_EX | LOCK_NB, fd, &status);
    return status;
}

int safedir_write_all(const struct safedir *d, const char *name, int fd, struct span bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno != EINTR) {
            err_errno("cannot write %s/%s", d->path, name);
            return EX_IOERR;
        }
        if (n > 0)
            bytes = span_make(bytes.p + n, bytes.n - (size_t)n);
    }
    return 0;
}

int safedir_room(const struct safedir *d, uint64_t *bytes)
{
    struct statvfs fs;
    if (fstatvfs(d->fd, &fs) != 0) {
        err_errno("cannot see how much room %s has", d->path);
        return EX_IOERR;
    }
    *bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}
