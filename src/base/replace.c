#include "base/replace.h"

#include "base/buf.h"
#include "base/err.h"

#include <fcntl.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

static void add_temporary_name(struct buf *out, const char *name)
{
    buf_format(out, "%s.new", name);
}

int replace_begin(const struct safedir *d, const char *name, int *fd)
{
    struct buf temporary = {0};
    add_temporary_name(&temporary, name);
    /* The caller holds the lock, so no process is writing a temporary file that is there already: a
     * killed process left it, and it may be removed. A file that somebody else put there is refused
     * by the open. */
    int status = safedir_open_file(d, buf_string(&temporary), O_WRONLY, fd);
    if (status == 0 && *fd >= 0) {
        close(*fd);
        unlinkat(d->fd, buf_string(&temporary), 0);
    }
    if (status == 0)
        status = safedir_open_file(d, buf_string(&temporary), O_WRONLY | O_CREAT | O_EXCL, fd);
    buf_clear(&temporary);
    return status;
}

int replace_end(const struct safedir *d, const char *name, int fd)
{
    struct buf temporary = {0};
    add_temporary_name(&temporary, name);
    int status = 0;
    if (fsync(fd) != 0 || renameat(d->fd, buf_string(&temporary), d->fd, name) != 0) {
        err_errno("cannot replace %s/%s; the old file is kept", d->path, name);
        unlinkat(d->fd, buf_string(&temporary), 0);
        status = EX_IOERR;
    } else if (fsync(d->fd) != 0) {
        err_errno("cannot sync %s: after a power cut, the old %s may be back", d->path, name);
        status = EX_IOERR;
    }
    if (close(fd) != 0 && status == 0) {
        err_errno("cannot close %s/%s", d->path, name);
        status = EX_IOERR;
    }
    buf_clear(&temporary);
    return status;
}

void replace_abandon(const struct safedir *d, const char *name, int fd)
{
    struct buf temporary = {0};
    add_temporary_name(&temporary, name);
    close(fd);
    unlinkat(d->fd, buf_string(&temporary), 0);
    buf_clear(&temporary);
}
