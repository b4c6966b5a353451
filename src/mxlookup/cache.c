#include "mxlookup/cache.h"

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

static bool is_of_kind(struct span line, const char *kind)
{
    return span_is(record_field(line, 0), FORMAT) && span_is(record_field(line, 1), kind);
}

static void restore_line(struct lookup *l, struct span line, int64_t now_s)
{
    struct span name = record_field(line, 0);
    if (name.n > 0 && name.n < line.n)
        lookup_restore(l, name, span_make(name.p + name.n + 1, line.n - name.n - 1), now_s);
}

int cache_read(struct lookup *l, const char *path, const char *kind, int64_t now_s)
{
    FILE *f = fopen(path, "re");
    char *bytes = NULL;
    size_t room = 0, line = 0;
    ssize_t n;
    if (f == NULL && errno == ENOENT)
        return 0;
    if (f == NULL) {
        err_errno("cannot read %s", path);
        return EX_NOINPUT;
    }
    while ((n = getline(&bytes, &room, f)) > 0) {
        size_t length = (size_t)n - (bytes[n - 1] == '\n');
        if (line++ == 0 && !is_of_kind(span_make(bytes, length), kind))
            break;
        if (line > 1)
            restore_line(l, span_make(bytes, length), now_s);
    }
    free(bytes);
    fclose(f);
    return 0;
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
    buf_add_span(&w->out, name);
    buf_add_char(&w->out, '\t');
    buf_add_span(&w->out, text);
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
        buf_format(&w.out, FORMAT "\t%s\n", kind);
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
