#include "store/journal.h"

#include "base/crc32c.h"
#include "base/err.h"
#include "base/replace.h"
#include "lib/record.h"

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

int journal_open(struct journal *j, const struct safedir *d, const char *name, bool writes)
{
    *j = (struct journal){.dir = d, .name = name, .fd = -1};
    int status = safedir_open_file(d, name, writes ? O_RDWR | O_APPEND : O_RDONLY, &j->fd);
    if (status == 0 && j->fd >= 0)
        status = read_first_line(j);
    return status;
}

bool journal_is_other(const struct journal *j)
{
    struct stat ours, there;
    bool exists = fstatat(j->dir->fd, j->name, &there, AT_SYMLINK_NOFOLLOW) == 0;
    if (j->fd < 0 || !exists)
        return exists || j->fd >= 0;
    return fstat(j->fd, &ours) != 0 || ours.st_ino != there.st_ino || ours.st_dev != there.st_dev;
}

bool journal_is_cut(const struct journal *j)
{
    struct stat ours;
    return j->fd >= 0 && (fstat(j->fd, &ours) != 0 || (size_t)ours.st_size < j->end);
}

bool journal_is_replaced(const struct journal *j)
{
    return journal_is_other(j) || journal_is_cut(j);
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

/* What a piece of the journal is, from j->end on. */
struct piece {
    size_t closed;  /* bytes up to the end of the last batch whose closing line is there */
    size_t bad;     /* where the first bad line begins */
    bool is_damage; /* bytes were on the disk, and are not any more */
};

/*
 * What a good line at some offset is. In versions 1 and 2 every good line counted, with or without
 * the end of its batch. A line that ends a batch at another offset than its own shows that whole
 * lines before it are gone, or are there twice: no append and no cut does that.
 */
enum place { PLACE_WITHIN, PLACE_CLOSES, PLACE_DISPLACED };

static enum place place_of(const struct journal *j, struct span line, size_t offset)
{
    size_t n = strlen(BATCH);
    if (j->stamp.version < 3)
        return PLACE_CLOSES;
    if (line.n < n || memcmp(line.p, BATCH, n) != 0)
        return PLACE_WITHIN;
    return is_batch_line(line, offset) ? PLACE_CLOSES : PLACE_DISPLACED;
}

/* True if a line after a bad one shows that the bad one was on the disk once: it is the end of a
 * batch, perhaps after an LF that is damaged. In version 1 every good line shows it. */
static bool proves_damage(const struct journal *j, struct span line, size_t offset)
{
    struct span content;
    const char *end = memmem(line.p, line.n, BATCH, strlen(BATCH));
    size_t skip = end != NULL ? (size_t)(end - line.p) : 0;
    return (end != NULL && is_batch_line(span_make(end, line.n - skip), offset + skip)) ||
           (j->stamp.version == 1 && crc32c_check(line, &content));
}

static bool has_hole(struct span bytes)
{
    static const char hole[8] = {0}; /* a flipped bit does not make this number of NULs */
    return bytes.n > 0 && memmem(bytes.p, bytes.n, hole, sizeof hole) != NULL;
}

/*
 * Tells a flipped bit from an append that did not end, in the bytes after the last closed batch.
 * The latter leaves a prefix of what was written, perhaps with blocks that read as NULs: so its
 * whole lines are good, and a part of a closing line is the start of the right one.
 */
static bool is_flipped(struct span rest, size_t offset)
{
    while (rest.n > 0) {
        struct span content, line = first_line(rest);
        if (line.n == rest.n)
            break;
        if (line.n == 0 || !crc32c_check(line, &content))
            return true;
        offset += line.n + 1;
        rest = span_make(rest.p + line.n + 1, rest.n - line.n - 1);
    }
    struct buf expected = {0};
    add_batch_line(&expected, offset);
    bool flipped = rest.n > 0 && rest.p[0] == ' ' &&
                   (rest.n >= expected.n || memcmp(rest.p, expected.p, rest.n) != 0);
    buf_clear(&expected);
    return flipped;
}

/* The closing line of a batch is written when the batch is on the disk. So a bad line is damage if
 * a closing line follows it; otherwise it is the rest of an append that did not end. */
static struct piece read_piece(const struct journal *j, struct span bytes)
{
    struct piece piece = {0};
    bool good = true; /* all lines before this one */
    for (size_t at = 0; at < bytes.n;) {
        struct span content, line = first_line(span_make(bytes.p + at, bytes.n - at));
        piece.bad = good ? at : piece.bad;
        if (at + line.n == bytes.n)
            break;
        good = good && line.n > 0 && crc32c_check(line, &content);
        enum place place = good ? place_of(j, line, j->end + at) : PLACE_WITHIN;
        bool displaced = place == PLACE_DISPLACED;
        if (place == PLACE_CLOSES)
            piece.closed = at + line.n + 1;
        if (displaced || (!good && proves_damage(j, line, j->end + at)))
            piece.is_damage = true;
        piece.bad = displaced ? piece.closed : piece.bad;
        good = good && !displaced;
        at += line.n + 1;
    }
    struct span rest = span_make(bytes.p + piece.closed, bytes.n - piece.closed);
    if (j->stamp.version >= 3 && !has_hole(rest) && is_flipped(rest, j->end + piece.closed))
        piece.is_damage = true;
    return piece;
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

/* Reads the bytes after j->end, and drops those after the last closed batch. */
static int read_closed(const struct journal *j, struct buf *lines, struct piece *piece,
                       size_t *rest)
{
    size_t before = lines->n;
    int status = read_from(j, j->end, lines);
    *piece = (struct piece){0};
    if (status == 0 && lines->n > before)
        *piece = read_piece(j, span_make(lines->p + before, lines->n - before));
    *rest = lines->n - before - piece->closed;
    lines->n = before + piece->closed;
    return status;
}

int journal_read(struct journal *j, struct buf *lines, bool cut)
{
    enum { TRIES = 3 };
    struct piece piece = {0};
    size_t before = lines->n, start = j->end, rest = 0;
    int status = 0;
    if (j->fd < 0)
        return 0;
    /* Without the lock, a writer may cut back an append that failed and append again while we read:
     * what we have then is neither. */
    for (int try = 0; try < TRIES && (try == 0 || (piece.is_damage && !cut)); try++) {
        lines->n = before;
        status = read_closed(j, lines, &piece, &rest);
        if (status != 0)
            return status;
    }
    j->end += piece.closed;
    if (piece.is_damage) {
        err_say("%s/%s: damaged at byte %zu; run quarantine check --repair to save what is sound",
                j->dir->path, j->name, start + piece.bad);
        return EX_DATAERR;
    }
    return rest > 0 && cut ? cut_torn_end(j, rest) : 0;
}

static int write_safely(const struct journal *j, struct span bytes)
{
    int status = safedir_write_all(j->dir, j->name, j->fd, bytes);
    if (status == 0 && fsync(j->fd) != 0) {
        err_errno("cannot sync %s/%s", j->dir->path, j->name);
        status = EX_IOERR;
    }
    return status;
}

int journal_append(struct journal *j, struct span lines)
{
    struct buf end = {0};
    add_batch_line(&end, j->end + lines.n);
    int status = write_safely(j, lines);
    if (status == 0)
        status = write_safely(j, buf_span(&end));
    if (status == 0)
        j->end += lines.n + end.n;
    else
        cut_back(j);
    buf_clear(&end);
    return status;
}

int journal_reset(struct journal *j, const struct stamp *stamp)
{
    struct buf header = {0};
    int fd;
    int status = replace_begin(j->dir, j->name, &fd);
    if (status != 0)
        return status;
    stamp_add(&header, "journal", stamp);
    status = safedir_write_all(j->dir, j->name, fd, buf_span(&header));
    buf_clear(&header);
    if (status == 0)
        status = replace_end(j->dir, j->name, fd);
    else
        replace_abandon(j->dir, j->name, fd);
    if (status != 0)
        return status;
    journal_close(j);
    return journal_open(j, j->dir, j->name, true);
}

void journal_close(struct journal *j)
{
    if (j->fd >= 0)
        close(j->fd);
    j->fd = -1;
}
