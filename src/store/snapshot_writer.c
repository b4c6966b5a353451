#include "store/snapshot_writer.h"

#include "base/err.h"
#include "base/replace.h"
#include "store/snapshot.h"

#include <sysexits.h>
#include <unistd.h>

enum { BLOCK = 1024 * 1024 };

static void add_stamp(struct snapshot_writer *w)
{
    char what[STAMP_WHAT];
    snapshot_what(w->name, what);
    stamp_add(&w->out, what, &w->stamp);
}

int snapshot_writer_open(struct snapshot_writer *w, const struct safedir *d, const char *name,
                         const struct stamp *stamp)
{
    *w = (struct snapshot_writer){.dir = d, .name = name, .stamp = *stamp};
    add_stamp(w);
    return replace_begin(d, name, &w->fd);
}

static int write_block(struct snapshot_writer *w)
{
    int status = safedir_write_all(w->dir, w->name, w->fd, buf_span(&w->out));
    w->stamp.length += w->out.n;
    buf_empty(&w->out);
    return status;
}

/* Writes the stamp again, now that the length is known: it takes no more room than before. */
static int write_length(struct snapshot_writer *w)
{
    if (lseek(w->fd, 0, SEEK_SET) != 0) {
        err_errno("cannot go back to the start of %s/%s", w->dir->path, w->name);
        return EX_IOERR;
    }
    add_stamp(w);
    return write_block(w);
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
        status = write_length(w);
    if (w->fd >= 0 && status == 0)
        status = replace_end(w->dir, w->name, w->fd);
    else if (w->fd >= 0)
        replace_abandon(w->dir, w->name, w->fd);
    buf_clear(&w->out);
    return status;
}
