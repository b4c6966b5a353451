#include "base/file.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    PIECE = 65536,
    BEHIND = 64, /* zeroed bytes behind the last one: PCRE2's JIT reads whole vectors */
};

/* Reads up to the end, or just past the limit. False where reading fails. */
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

static int read_open(int fd, const char *path, const char *what, size_t limit, struct buf *bytes)
{
    struct stat st;
    bool plain = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (plain && !read_all(fd, limit, bytes)) {
        err_errno("cannot read %s %s", what, path);
        return EX_IOERR;
    }
    if (plain && bytes->n <= limit) {
        memset(buf_room(bytes, BEHIND), 0, BEHIND);
        return 0;
    }
    err_say("%s %s must be a plain file of at most %zu MiB", what, path, limit >> 20);
    return EX_DATAERR;
}

int file_read(const char *path, const char *what, size_t limit, struct buf *bytes)
{
    /* O_NONBLOCK: a FIFO is refused, not waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return EX_NOINPUT;
    if (fd < 0) {
        err_errno("cannot open %s %s", what, path);
        return EX_IOERR;
    }
    int status = read_open(fd, path, what, limit, bytes);
    close(fd);
    return status;
}
