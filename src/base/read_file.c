#include "base/read_file.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    PIECE = 65536,
    /* zero bytes after the last one, because PCRE2's JIT reads whole vectors */
    PADDING = 64,
};

/* Reads to the end, or until there are more bytes than `limit`. False if reading fails. */
static bool read_all(int fd, size_t limit, struct buf *bytes)
{
    while (bytes->n <= limit) {
        ssize_t n = read(fd, buf_room(bytes, PIECE), PIECE);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
        bytes->n += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static int read_regular_file(int fd, const char *path, const char *what, size_t limit,
                             struct buf *bytes)
{
    struct stat st;
    bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (regular && !read_all(fd, limit, bytes)) {
        err_errno("cannot read %s %s", what, path);
        return EX_IOERR;
    }
    if (regular && bytes->n <= limit) {
        memset(buf_room(bytes, PADDING), 0, PADDING);
        return 0;
    }
    err_say("%s %s must be a regular file of at most %zu MiB", what, path, limit >> 20);
    return EX_DATAERR;
}

int read_file(const char *path, const char *what, size_t limit, struct buf *bytes)
{
    /* With O_NONBLOCK, a FIFO is refused instead of waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return EX_NOINPUT;
    if (fd < 0) {
        err_errno("cannot open %s %s", what, path);
        return EX_IOERR;
    }
    int status = read_regular_file(fd, path, what, limit, bytes);
    close(fd);
    return status;
}
