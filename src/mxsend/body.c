#include "body.h"

#include "err.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* The bytes before the next CR or LF. */
static size_t line_length(struct span s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != '\r' && s.p[n] != '\n')
        n++;
    return n;
}

static bool has_eight_bit(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

void body_make(struct body *b, struct span message)
{
    size_t dots = 0;
    *b = (struct body){.eight_bit = has_eight_bit(message)};
    while (message.n > 0) {
        size_t n = line_length(message);
        bool crlf = n + 1 < message.n && message.p[n] == '\r' && message.p[n + 1] == '\n';
        if (n > 0 && message.p[0] == '.') {
            buf_add_char(&b->wire, '.');
            dots++;
        }
        buf_add(&b->wire, message.p, n);
        buf_add_string(&b->wire, "\r\n");
        n += n == message.n ? 0 : crlf ? 2 : 1;
        message = span_make(message.p + n, message.n - n);
    }
    b->size = b->wire.n - dots;
    buf_add_string(&b->wire, ".\r\n");
}

static int read_all(int fd, struct buf *bytes)
{
    enum { PIECE = 1 << 16 };
    while (bytes->n <= BODY_LIMIT) {
        ssize_t n = read(fd, buf_room(bytes, PIECE), PIECE);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return EX_IOERR;
        bytes->n += n > 0 ? (size_t)n : 0;
    }
    return EX_DATAERR;
}

int body_load(struct body *b, const char *path)
{
    struct buf bytes = {0};
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        if (fd < 0)
            err_errno("cannot open the message %s", path);
        else
            err_say("the message %s is no plain file", path);
        if (fd >= 0)
            close(fd);
        return EX_NOINPUT;
    }
    int status = read_all(fd, &bytes);
    if (status == EX_IOERR)
        err_errno("cannot read the message %s", path);
    else if (status != 0)
        err_say("the message %s is over 64 MiB; no receiver takes that", path);
    else
        body_make(b, buf_span(&bytes));
    close(fd);
    buf_free(&bytes);
    return status;
}

void body_free(struct body *b)
{
    buf_free(&b->wire);
}
