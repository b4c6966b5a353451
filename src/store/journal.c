#include "store/journal.h"

#include "base/err.h"
#include "base/replace.h"
#include "lib/record.h"
#include "store/crc32c.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define BATCH " batch\t"

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

/* Adds the bytes from `offset` to the end of the file. */
static int read_from(const struct journal *j, size_t offset, struct buf *bytes)
{
    enum { PIECE = 1 << 20 };
    size_t before = bytes->n;
    for (;;) {
        ssize_t n =
            pread(j->fd, buf_room(bytes, PIECE), PIECE, (off_t)(offset + bytes->n - before));
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return read_error(j);
        bytes->n += n > 0 ? (size_t)n : 0;
    }
}

static int read_first_line(struct journal *j)
{
    char bytes[STAMP_LIMIT];
    ssize_t n;
    while ((n = pread(j->fd, bytes, sizeof bytes, 0)) < 0 && errno == EINTR)
        ;
    if (n < 0)
        return read_error(j);
    struct span line = first_line(span_make(bytes, (size_t)n));
    j->start = j->end = line.n + 1;
    return stamp_read(line, "journal", j->name, &j->stamp);
}

int journal_open(struct journal *j, const struct safedir *d, const char *name)
{
    *j = (struct journal){.dir = d, .name = name, .fd = -1};
    int status = safedir_open_file(d, name, O_RDWR | O_APPEND, &j->fd);
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

/* Adds the line that ends a batch. It names its own offset, so that it cannot be there by chance.
 */
static void add_batch_line(struct buf *out, size_t offset)
{
    size_t start = out->n;
    buf_format(out, BATCH "%zu", offset);
    crc32c_seal(out, start);
    buf_add_char(out, '\n');
}

static bool is_batch_line(struct span line, size_t offset)
{
    struct buf expected = {0};
    add_batch_line(&expected, offset);
    bool is = span_equal(line, span_make(expected.p, expected.n - 1));
    buf_clear(&expected);
    return is;
}

/* True if the line proves that the bytes before it were written whole: it is the end of a batch, or
 * has one in it if the LF before that is damaged. Version 1 had no such ends; there any good line
 * is proof. */
static bool is_proof(const struct journal *j, struct span line, size_t offset)
{
    struct span content;
    const char *end = memmem(line.p, line.n, BATCH, strlen(BATCH));
    size_t skip = end != NULL ? (size_t)(end - line.p) : 0;
    return (end != NULL && is_batch_line(span_make(end, line.n - skip), offset + skip)) ||
           (j->stamp.version == 1 && crc32c_check(line, &content));
}

/*
 * Tells damage from an incomplete write, in bytes at the journal's end whose first line is bad.
 * They are damage if the end of a batch follows them. But a power cut may leave the end of the last
 * batch on the disk without blocks before it, which then read as NULs: so one such end proves
 * nothing if there are holes.
 */
static bool is_damage(const struct journal *j, struct span bytes)
{
    size_t proofs = 0, offset = j->end;
    /* A flipped bit does not make this number of NULs. */
    static const char hole[8] = {0};
    bool holes = memmem(bytes.p, bytes.n, hole, sizeof hole) != NULL;
    for (struct span line = first_line(bytes); line.n < bytes.n; line = first_line(bytes)) {
        proofs += is_proof(j, line, offset);
        offset += line.n + 1;
        bytes = span_make(bytes.p + line.n + 1, bytes.n - line.n - 1);
    }
    return proofs > (holes ? 1 : 0);
}

static int cut_back(const struct journal *j)
{
    if (ftruncate(j->fd, (off_t)j->end) == 0 && fsync(j->fd) == 0)
        return 0;
    err_errno("cannot cut the torn end of %s/%s", j->dir->path, j->name);
    return EX_IOERR;
}

/* Every repair is reported. */
static int cut_torn_end(const struct journal *j, size_t length)
{
    err_say("%s/%s: the last %zu bytes, from byte %zu on, are cut off: a kill or a power cut "
            "interrupted their write",
            j->dir->path, j->name, length, j->end);
    return cut_back(j);
}

int journal_read(struct journal *j, struct buf *lines, bool cut)
{
    size_t before = lines->n;
    if (j->fd < 0)
        return 0;
    int status = read_from(j, j->end, lines);
    struct span bytes = span_make(lines->p + before, lines->n - before);
    size_t good = bytes.n > 0 ? good_length(bytes) : 0;
    struct span rest = span_make(lines->p + before + good, bytes.n - good);
    j->end += good;
    lines->n = before + good;
    if (status == 0 && rest.n > 0 && is_damage(j, rest)) {
        err_say("%s/%s: damaged at byte %zu; run quarantine check --repair to save what is sound",
                j->dir->path, j->name, j->end);
        status = EX_DATAERR;
    } else if (status == 0 && rest.n > 0 && cut) {
        status = cut_torn_end(j, rest.n);
    }
    return status;
}

int journal_append(struct journal *j, struct span lines)
{
    struct buf batch = {0};
    buf_add_span(&batch, lines);
    add_batch_line(&batch, j->end + lines.n);
    size_t length = batch.n;
    int status = safedir_write_all(j->dir, j->name, j->fd, buf_span(&batch));
    buf_clear(&batch);
    if (status == 0 && fsync(j->fd) != 0) {
        err_errno("cannot sync %s/%s", j->dir->path, j->name);
        status = EX_IOERR;
    }
    if (status == 0)
        j->end += length;
    else
        cut_back(j);
    return status;
}

int journal_reset(struct journal *j, uint64_t generation)
{
    struct buf header = {0};
    int fd;
    int status = replace_begin(j->dir, j->name, &fd);
    if (status != 0)
        return status;
    stamp_add(&header, "journal", generation, 0);
    status = safedir_write_all(j->dir, j->name, fd, buf_span(&header));
    buf_clear(&header);
    if (status == 0)
        status = replace_end(j->dir, j->name, fd);
    else
        replace_abandon(j->dir, j->name, fd);
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
