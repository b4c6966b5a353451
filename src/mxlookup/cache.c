#include "mxlookup/cache.h"

#include "base/crc32c.h"
#include "base/err.h"
#include "base/replace.h"
#include "base/safedir.h"
#include "lib/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#define FORMAT "mxkit-mx 2"

enum { FLUSH = 65536 };

/* The file is an input like any other: a disk, an editor or a cut may have changed it. */
static bool restore_line(struct lookup *l, struct span line, int64_t now_s)
{
    struct span content;
    if (!crc32c_check(line, &content))
        return false;
    struct span name = record_field(content, 0);
    return name.n > 0 && name.n < content.n &&
           lookup_restore(l, name, span_make(name.p + name.n + 1, content.n - name.n - 1), now_s);
}

/* Reads the first line; false if the others are of no use. */
static bool read_head(struct span line, const char *path, const char *kind)
{
    struct span content;
    if (crc32c_check(line, &content) && span_is(record_field(content, 0), FORMAT))
        return span_is(record_field(content, 1), kind);
    err_at(path, 1, "damaged, or not a cache of this version; the file counts as empty");
    return false;
}

static void read_lines(struct lookup *l, FILE *f, const char *path, const char *kind, int64_t now_s)
{
    char *bytes = NULL;
    size_t room = 0, number = 0;
    bool of_use = true;
    ssize_t n;
    while (of_use && (n = getline(&bytes, &room, f)) > 0) {
        struct span line = span_make(bytes, (size_t)n - (bytes[n - 1] == '\n'));
        if (++number == 1)
            of_use = read_head(line, path, kind);
        else if (!restore_line(l, line, now_s))
            err_at(path, number, "this line is damaged; its domain will be looked up again");
    }
    free(bytes);
}

int cache_read(struct lookup *l, const char *path, const char *kind, int64_t now_s)
{
    FILE *f = fopen(path, "re");
    if (f == NULL && errno == ENOENT)
        return 0;
    if (f != NULL)
        read_lines(l, f, path, kind, now_s);
    bool failed = f == NULL || ferror(f) != 0;
    if (failed)
        err_errno("cannot read %s", path);
    if (f != NULL)
        fclose(f);
    return failed ? EX_NOINPUT : 0;
}

struct write {
    const struct safedir *dir;
    const char *name;
    int fd, status;
    int64_t now_s;
    struct buf out;
};

static void flush(struct write *w)
{
    if (w->status == 0)
        w->status = safedir_write_all(w->dir, w->name, w->fd, buf_span(&w->out));
    buf_empty(&w->out);
}

/* Leaves out what has expired. That includes all that a failure was part of, which expires at once.
 */
static void write_line(void *context, struct span name, struct span text)
{
    struct write *w = context;
    struct span expires = record_field(text, 1);
    if (expires.n == 0 || strtoll(expires.p, NULL, 10) <= w->now_s)
        return;
    size_t start = w->out.n;
    buf_add_span(&w->out, name);
    buf_add_char(&w->out, '\t');
    buf_add_span(&w->out, text);
    crc32c_seal(&w->out, start);
    buf_add_char(&w->out, '\n');
    if (w->out.n >= FLUSH)
        flush(w);
}

int cache_write(struct lookup *l, const char *path, const char *kind, int64_t now_s)
{
    struct safedir dir;
    struct write w = {.dir = &dir, .now_s = now_s};
    int status = safedir_open_beside(&dir, path, &w.name);
    if (status == 0)
        status = replace_begin(&dir, w.name, &w.fd);
    if (status == 0) {
        buf_format(&w.out, FORMAT "\t%s", kind);
        crc32c_seal(&w.out, 0);
        buf_add_char(&w.out, '\n');
        memo_each(lookup_domains(l), write_line, &w);
        flush(&w);
        status = w.status;
        if (status == 0)
            status = replace_end(&dir, w.name, w.fd);
        else
            replace_abandon(&dir, w.name, w.fd);
    }
    buf_clear(&w.out);
    safedir_close(&dir);
    return status;
}
