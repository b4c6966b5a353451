#include "base/writer.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <sysexits.h>
#include <unistd.h>

enum { BLOCK = 128 * 1024 };

void writer_init(struct writer *w, int fd, const char *name)
{
    *w = (struct writer){.fd = fd, .name = name};
    buf_room(&w->block, BLOCK + BLOCK / 2);
}

struct buf *writer_line(struct writer *w)
{
    return &w->block;
}

static int fail(struct writer *w)
{
    err_errno("cannot write %s; the last line in it may be cut short", w->name);
    w->status = EX_IOERR;
    return w->status;
}

/* Another process that shares the descriptor may have made it non-blocking. */
static void wait_until_writable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    poll(&p, 1, -1);
}

static void flush(struct writer *w)
{
    size_t done = 0;
    while (done < w->whole && w->status == 0) {
        ssize_t n = write(w->fd, w->block.p + done, w->whole - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN)
            wait_until_writable(w->fd);
        else if (errno != EINTR)
            fail(w);
    }
    buf_drop(&w->block, w->whole);
    w->whole = 0;
}

int writer_flush(struct writer *w)
{
    flush(w);
    return w->status;
}

void writer_end_line(struct writer *w)
{
    buf_add_char(&w->block, '\n');
    w->whole = w->block.n;
    if (w->whole >= BLOCK && !w->hold)
        flush(w);
}

void writer_abandon(struct writer *w)
{
    buf_empty(&w->block);
    w->whole = 0;
}

int writer_close(struct writer *w)
{
    flush(w);
    if (close(w->fd) != 0 && errno != EINTR && w->status == 0)
        fail(w);
    buf_clear(&w->block);
    return w->status;
}
