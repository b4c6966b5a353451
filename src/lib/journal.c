#include "journal.h"

#include "crc32c.h"
#include "err.h"
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define FORMAT "mxkit-state 1"

void journal_add_header(struct buf *out, const char *what, uint64_t generation)
{
    size_t start = out->n;
    buf_format(out, " " FORMAT "\t%s\t%" PRIu64, what, generation);
    crc32c_seal(out, start);
    buf_add_char(out, '\n');
}

int journal_read_header(struct span line, const char *what, const char *name, uint64_t *generation)
{
    struct span content = {0};
    bool sealed = crc32c_check(line, &content);
    if (sealed && span_is(record_field(content, 0), " " FORMAT) &&
        span_is(record_field(content, 1), what)) {
        struct buf number = {0};
        buf_add_span(&number, record_field(content, 2));
        *generation = strtoull(buf_string(&number), NULL, 10);
        buf_free(&number);
        return 0;
    }
    if (sealed && content.n > 13 && memcmp(content.p, " mxkit-state ", 13) == 0) {
        err_say("%s is not of format 1: use the mxkit that wrote it", name);
        return EX_CONFIG;
    }
    err_say("%s: damaged at byte 0; restore it from a backup", name);
    return EX_DATAERR;
}

static struct span first_line(struct span bytes)
{
    const char *lf = bytes.n > 0 ? memchr(bytes.p, '\n', bytes.n) : NULL;
    return span_make(bytes.p, lf != NULL ? (size_t)(lf - bytes.p) : bytes.n);
}

static int read_error(const struct journal *j)
{
    err_errno("cannot read %s/%s", j->dir->path, j->name);
    return EX_IOERR;
}

/* Reads the bytes from `offset` to the file's end. */
static int read_from(const struct journal *j, size_t offset, struct buf *bytes)
{
    enum { PIECE = 65536 };
    for (;;) {
        ssize_t n = pread(j->fd, buf_room(bytes, PIECE), PIECE, (off_t)(offset + bytes->n));
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return read_error(j);
        bytes->n += n > 0 ? (size_t)n : 0;
    }
}

static int read_first_line(struct journal *j)
{
    char bytes[128];
    ssize_t n;
    while ((n = pread(j->fd, bytes, sizeof bytes, 0)) < 0 && errno == EINTR)
        ;
    if (n < 0)
        return read_error(j);
    struct span line = first_line(span_make(bytes, (size_t)n));
    j->start = j->end = line.n + 1;
    return journal_read_header(line, "journal", j->name, &j->generation);
}

int journal_open(struct journal *j, const struct statedir *d, const char *name)
{
    *j = (struct journal){.dir = d, .name = name, .fd = -1};
    int status = statedir_open_file(d, name, O_RDWR | O_APPEND, &j->fd);
    if (status == 0 && j->fd >= 0)
        status = read_first_line(j);
    return status;
}

bool journal_is_replaced(const struct journal *j)
{
    struct stat ours, there;
    bool exists = fstatat(j->dir->fd, j->name, &there, AT_SYMLINK_NOFOLLOW) == 0;
    if (j->fd < 0 || !exists)
        return exists || j->fd >= 0;
    return fstat(j->fd, &ours) != 0 || ours.st_ino != there.st_ino || ours.st_dev != there.st_dev ||
           (size_t)ours.st_size < j->end;
}

/* The length of the whole good lines at the start of `bytes`. */
static size_t good_length(struct span bytes)
{
    size_t good = 0;
    while (good < bytes.n) {
        struct span content, line = first_line(span_make(bytes.p + good, bytes.n - good));
        if (good + line.n == bytes.n || !crc32c_check(line, &content))
            break;
        good += line.n + 1;
    }
    return good;
}

/* Is there a good line anywhere behind the first, bad one? */
static bool good_line_behind(struct span bytes)
{
    for (;;) {
        struct span line = first_line(bytes);
        if (line.n == bytes.n)
            return false;
        bytes = span_make(bytes.p + line.n + 1, bytes.n - line.n - 1);
        if (good_length(bytes) > 0)
            return true;
    }
}

static int cut_tail(const struct journal *j)
{
    if (ftruncate(j->fd, (off_t)j->end) == 0 && fsync(j->fd) == 0)
        return 0;
    err_errno("cannot cut the torn end of %s/%s", j->dir->path, j->name);
    return EX_IOERR;
}

/* Nothing is repaired in silence. */
static int cut_torn_tail(const struct journal *j, size_t length)
{
    err_say("%s/%s: the last %zu bytes, from byte %zu on, are a write that a kill or a power cut "
            "broke off; they are cut",
            j->dir->path, j->name, length, j->end);
    return cut_tail(j);
}

int journal_read(struct journal *j, struct buf *lines, bool cut)
{
    struct buf bytes = {0};
    if (j->fd < 0)
        return 0;
    int status = read_from(j, j->end, &bytes);
    size_t good = good_length(buf_span(&bytes));
    struct span rest = span_make(bytes.p + good, bytes.n - good);
    j->end += good;
    buf_add(lines, bytes.p, good);
    if (status == 0 && rest.n > 0 && good_line_behind(rest)) {
        err_say("%s/%s: damaged at byte %zu; restore it from a backup", j->dir->path, j->name,
                j->end);
        status = EX_DATAERR;
    } else if (status == 0 && rest.n > 0 && cut) {
        status = cut_torn_tail(j, rest.n);
    }
    buf_free(&bytes);
    return status;
}

int journal_append(struct journal *j, struct span lines)
{
    int status = statedir_write_all(j->dir, j->name, j->fd, lines);
    if (status == 0 && fsync(j->fd) != 0) {
        err_errno("cannot make %s/%s safe on the disk", j->dir->path, j->name);
        status = EX_IOERR;
    }
    if (status == 0)
        j->end += lines.n;
    else
        cut_tail(j);
    return status;
}

int journal_reset(struct journal *j, uint64_t generation)
{
    struct buf header = {0};
    int fd;
    int status = statedir_begin_replace(j->dir, j->name, &fd);
    if (status != 0)
        return status;
    journal_add_header(&header, "journal", generation);
    status = statedir_write_all(j->dir, j->name, fd, buf_span(&header));
    buf_free(&header);
    if (status == 0)
        status = statedir_end_replace(j->dir, j->name, fd);
    else
        statedir_abandon_replace(j->dir, j->name, fd);
    if (status != 0)
        return status;
    journal_close(j);
    return journal_open(j, j->dir, j->name);
}

void journal_close(struct journal *j)
{
    if (j->fd >= 0)
        close(j->fd);
    j->fd = -1;
}
