/*
 * Lines to a descriptor whose write(2) and close(2) do what this test says: write a part, be
 * interrupted, not be ready, fail.
 */
#include "base/writer.h"

#include "tap.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

/* What the next calls of write() do; after the last one they take everything. */
static const int *script;
static size_t script_left;
static int polls, calls, close_errno;
static struct buf out;

enum { FD = 1000 };

/* These replace the C library's. A positive number in the script is the bytes that write() takes, a
 * negative one an error. */
ssize_t write(int fd, const void *bytes, size_t n)
{
    if (fd != FD)
        return syscall(SYS_write, fd, bytes, n); /* the messages on stderr */
    calls++;
    int what = script_left > 0 ? script[0] : (int)n;
    script += script_left > 0;
    script_left -= script_left > 0;
    if (what < 0) {
        errno = -what;
        return -1;
    }
    n = (size_t)what < n ? (size_t)what : n;
    buf_add(&out, bytes, n);
    return (ssize_t)n;
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    (void)fds; /* which the C library declares as written to, not read */
    polls += count == 1 && timeout == -1;
    return 1;
}

int close(int fd)
{
    (void)fd;
    errno = close_errno;
    return close_errno != 0 ? -1 : 0;
}

static struct writer w;

static void begin(const int *what, size_t count)
{
    script = what;
    script_left = count;
    polls = calls = close_errno = 0;
    buf_empty(&out);
    writer_init(&w, FD, "the test's output");
}

static void line(const char *text)
{
    buf_add_string(writer_line(&w), text);
    writer_end_line(&w);
}

static void test_lines(void)
{
    begin(NULL, 0);
    line("one");
    buf_add_string(writer_line(&w), "unfinished");
    ok(writer_flush(&w) == 0 && span_is(buf_span(&out), "one\n"),
       "only finished lines are written");
    line(" two");
    ok(writer_close(&w) == 0 && span_is(buf_span(&out), "one\nunfinished two\n"),
       "the line goes on after a flush, and close writes the rest");
    begin(NULL, 0);
    line("gone");
    buf_add_string(writer_line(&w), "gone too");
    writer_abandon(&w);
    line("kept");
    ok(writer_close(&w) == 0 && span_is(buf_span(&out), "kept\n"),
       "abandoned lines are not written, finished or not");
}

static void test_short(void)
{
    static const int what[] = {2, -EINTR, 1, -EAGAIN, 3, -EAGAIN, -EINTR};
    begin(what, sizeof what / sizeof *what);
    line("abcdefgh");
    ok(writer_flush(&w) == 0 && span_is(buf_span(&out), "abcdefgh\n"),
       "short, interrupted and unready writes lose and double nothing");
    ok(polls == 2, "the writer waits if the descriptor is not ready");
    ok(writer_close(&w) == 0, "none of that is a failure");
}

static void test_failure(void)
{
    static const int what[] = {2, -ENOSPC};
    begin(what, sizeof what / sizeof *what);
    line("abcdefgh");
    ok(writer_flush(&w) == EX_IOERR && span_is(buf_span(&out), "ab"), "a failed write is reported");
    line("later");
    ok(writer_flush(&w) == EX_IOERR && span_is(buf_span(&out), "ab"),
       "nothing is written after a failure, so that no hole is in the output");
    ok(writer_close(&w) == EX_IOERR && calls == 2, "close returns the failure, and writes nothing");
    begin(NULL, 0);
    line("x");
    close_errno = ENOSPC;
    ok(writer_close(&w) == EX_IOERR, "a close that fails is a failure: the disk may be full");
    begin(NULL, 0);
    line("x");
    close_errno = EINTR;
    ok(writer_close(&w) == 0, "a close that is interrupted is not a failure");
}

static void add_lines(size_t bytes)
{
    for (size_t n = 0; n < bytes; n += 100)
        line("1234567890123456789012345678901234567890123456789012345678901234567890123456789012345"
             "67"
             "890123456789");
}

static void test_block(void)
{
    begin(NULL, 0);
    add_lines(100000);
    ok(calls == 0, "lines wait until the block is full");
    add_lines(100000);
    ok(calls == 1 && out.n > 130000 && out.p[out.n - 1] == '\n',
       "a full block of lines is written");
    ok(writer_close(&w) == 0 && out.n == 200000, "all lines are written");
    begin(NULL, 0);
    w.hold = true;
    add_lines(1000000);
    ok(calls == 0, "nothing is written before the flush if the lines are held");
    ok(writer_flush(&w) == 0 && out.n == 1000000, "held lines are written at the flush");
    add_lines(200000);
    writer_abandon(&w);
    ok(writer_close(&w) == 0 && out.n == 1000000, "held lines can be dropped");
}

int main(void)
{
    tap_drop_messages();
    test_lines();
    test_short();
    test_failure();
    test_block();
    buf_clear(&out);
    return done();
}
