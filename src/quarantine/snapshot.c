#include "snapshot.h"

#include "crc32c.h"
#include "err.h"
#include "journal.h"
#include "record.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* The line that begins at `offset`, without its LF. */
static struct span line_at(struct span map, size_t offset)
{
    const char *start = map.p + offset;
    const char *lf = memchr(start, '\n', map.n - offset);
    return span_make(start, lf != NULL ? (size_t)(lf - start) : map.n - offset);
}

int snapshot_open(struct snapshot *s, const struct statedir *d)
{
    struct stat st;
    int fd;
    *s = (struct snapshot){0};
    int status = statedir_open_file(d, SNAPSHOT_NAME, O_RDONLY, &fd);
    if (status != 0 || fd < 0)
        return status;
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
        if (map != MAP_FAILED)
            *s = (struct snapshot){
                .map = span_make(map, (size_t)st.st_size), .device = st.st_dev, .inode = st.st_ino};
    }
    close(fd);
    if (s->map.p == NULL) {
        err_say("%s/" SNAPSHOT_NAME ": cannot be mapped, or is empty; restore it from a backup",
                d->path);
        return EX_IOERR;
    }
    struct span header = line_at(s->map, 0);
    s->first = header.n + 1 < s->map.n ? header.n + 1 : s->map.n;
    fences_start(&s->fences, s->map, s->first);
    return journal_read_header(header, "quarantine", SNAPSHOT_NAME, &s->generation);
}

bool snapshot_is_replaced(const struct snapshot *s, const struct statedir *d)
{
    struct stat there;
    bool exists = fstatat(d->fd, SNAPSHOT_NAME, &there, AT_SYMLINK_NOFOLLOW) == 0;
    if (s->map.p == NULL || !exists)
        return exists || s->map.p != NULL;
    return s->device != there.st_dev || s->inode != there.st_ino;
}

bool snapshot_next(const struct snapshot *s, size_t *offset, struct span *line)
{
    if (*offset < s->first)
        *offset = s->first;
    if (*offset >= s->map.n)
        return false;
    *line = line_at(s->map, *offset);
    *offset += line->n + 1;
    return true;
}

bool snapshot_parse_line(struct span line, struct span *address, struct entry *e)
{
    struct span content;
    if (!crc32c_check(line, &content))
        return false;
    *address = record_field(content, 0);
    size_t skip = address->n + 1;
    return skip < content.n && entry_read(e, span_make(content.p + skip, content.n - skip));
}

void snapshot_add_line(struct buf *out, struct span address, const struct entry *e)
{
    size_t start = out->n;
    buf_add_span(out, address);
    buf_add_char(out, '\t');
    entry_write(e, out);
    crc32c_seal(out, start);
    buf_add_char(out, '\n');
}

/* The start of the line that `offset` of a part is in. */
static size_t line_start(struct span part, size_t offset)
{
    const char *lf = memrchr(part.p, '\n', offset);
    return lf != NULL ? (size_t)(lf - part.p) + 1 : 0;
}

int snapshot_find(struct snapshot *s, struct span address, struct entry *e)
{
    struct span part = fences_find(&s->fences, address);
    size_t low = 0, high = part.n;
    while (low < high) {
        size_t start = line_start(part, low + (high - low) / 2);
        struct span line = line_at(part, start < low ? low : start);
        struct span there = record_field(line, 0);
        int order = span_compare(address, there);
        if (order == 0 && snapshot_parse_line(line, &there, e))
            return 0;
        if (order == 0) {
            err_say("%s: damaged at byte %zu; restore it from a backup", SNAPSHOT_NAME,
                    (size_t)(line.p - s->map.p));
            return EX_DATAERR;
        }
        if (order < 0)
            high = (size_t)(line.p - part.p);
        else
            low = (size_t)(line.p - part.p) + line.n + 1;
    }
    return 0;
}

void snapshot_close(struct snapshot *s)
{
    if (s->map.p != NULL)
        munmap((void *)s->map.p, s->map.n);
    fences_free(&s->fences);
    *s = (struct snapshot){0};
}
