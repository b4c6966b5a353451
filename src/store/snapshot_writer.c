#include "store/snapshot_writer.h"

#include "base/replace.h"
#include "store/snapshot.h"

enum { BLOCK = 1024 * 1024 };

int snapshot_writer_open(struct snapshot_writer *w, const struct safedir *d, const char *name,
                         const struct stamp *stamp)
{
    *w = (struct snapshot_writer){.dir = d, .name = name};
    char what[STAMP_WHAT];
    snapshot_what(name, what);
    stamp_add(&w->out, what, stamp);
    return replace_begin(d, name, &w->fd);
}

static int write_block(struct snapshot_writer *w)
{
    int status = safedir_write_all(w->dir, w->name, w->fd, buf_span(&w->out));
    buf_empty(&w->out);
    return status;
}

int snapshot_writer_add_line(struct snapshot_writer *w, struct span line)
{
    buf_add_span(&w->out, line);
    buf_add_char(&w->out, '\n');
    return w->out.n >= BLOCK ? write_block(w) : 0;
}

int snapshot_writer_add(struct snapshot_writer *w, struct span key, struct span text)
{
    snapshot_add_line(&w->out, key, text);
    return w->out.n >= BLOCK ? write_block(w) : 0;
}

int snapshot_writer_close(struct snapshot_writer *w, int status)
{
    if (w->fd >= 0 && status == 0)
        status = write_block(w);
    if (w->fd >= 0 && status == 0)
        status = replace_end(w->dir, w->name, w->fd);
    else if (w->fd >= 0)
        replace_abandon(w->dir, w->name, w->fd);
    buf_clear(&w->out);
    return status;
}
