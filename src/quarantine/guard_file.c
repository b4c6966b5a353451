#include "quarantine/guard_file.h"

#include "base/err.h"
#include "base/replace.h"
#include "lib/statedir.h"

#include <errno.h>
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#define GUARD_NAME "quarantine.guard.tsv"

int guard_file_open(struct guard_file *f)
{
    f->last = (struct stat){0};
    return statedir_open(&f->dir, false);
}

static int read_all(int fd, struct buf *bytes)
{
    ssize_t n;
    while ((n = read(fd, buf_room(bytes, 65536), 65536)) != 0) {
        if (n < 0 && errno != EINTR) {
            err_errno("cannot read " GUARD_NAME);
            return EX_IOERR;
        }
        bytes->n += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static void parse(struct guard *g, struct span bytes)
{
    size_t damaged = 0;
    guard_empty(g);
    while (bytes.n > 0) {
        const char *end = memchr(bytes.p, '\n', bytes.n);
        size_t n = end != NULL ? (size_t)(end - bytes.p) : bytes.n;
        damaged += end == NULL || !guard_read(g, span_make(bytes.p, n));
        n += end != NULL;
        bytes = span_make(bytes.p + n, bytes.n - n);
    }
    if (damaged > 0)
        err_say("%zu lines of " GUARD_NAME " are damaged and left out; the guard knows less now",
                damaged);
}

static bool is_last(const struct guard_file *f, const struct stat *st)
{
    return st->st_ino == f->last.st_ino && st->st_size == f->last.st_size &&
           st->st_mtim.tv_sec == f->last.st_mtim.tv_sec &&
           st->st_mtim.tv_nsec == f->last.st_mtim.tv_nsec;
}

int guard_file_load(struct guard_file *f, struct guard *g)
{
    struct buf bytes = {0};
    struct stat st = {0};
    int fd;
    int status = safedir_open_file(&f->dir, GUARD_NAME, O_RDONLY, &fd);
    if (status != 0 || fd < 0)
        return status;
    if (fstat(fd, &st) == 0 && is_last(f, &st)) {
        close(fd);
        return 0;
    }
    status = read_all(fd, &bytes);
    close(fd);
    if (status == 0)
        parse(g, buf_span(&bytes));
    f->last = st;
    buf_clear(&bytes);
    return status;
}

int guard_file_save(struct guard_file *f, struct guard *g)
{
    struct buf bytes = {0};
    struct stat st = {0};
    int fd;
    int status = replace_begin(&f->dir, GUARD_NAME, &fd);
    if (status != 0)
        return status;
    guard_merge(g);
    guard_write(g, &bytes);
    status = safedir_write_all(&f->dir, GUARD_NAME ".new", fd, buf_span(&bytes));
    buf_clear(&bytes);
    if (status != 0) {
        replace_abandon(&f->dir, GUARD_NAME, fd);
        return status;
    }
    f->last = fstat(fd, &st) == 0 ? st : (struct stat){0};
    return replace_end(&f->dir, GUARD_NAME, fd);
}

void guard_file_close(struct guard_file *f)
{
    safedir_close(&f->dir);
}
