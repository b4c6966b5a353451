#include "store/compaction.h"

#include "store/snapshot.h"

enum { BLOCK = 1024 * 1024 };

int compaction_open(struct compaction *f, const struct safedir *d, const char *name,
                    uint64_t generation, uint64_t base)
{
    *f = (struct compaction){.dir = d, .name = name};
    stamp_add(&f->out, snapshot_what(name), generation, base);
    return safedir_begin_replace(d, name, &f->fd);
}

static int write_block(struct compaction *f)
{
    int status = safedir_write_all(f->dir, f->name, f->fd, buf_span(&f->out));
    buf_empty(&f->out);
    return status;
}

int compaction_add_line(struct compaction *f, struct span line)
{
    buf_add_span(&f->out, line);
    buf_add_char(&f->out, '\n');
    return f->out.n >= BLOCK ? write_block(f) : 0;
}

int compaction_add_entry(struct compaction *f, struct span address, const struct entry *e)
{
    snapshot_add_line(&f->out, address, e);
    return f->out.n >= BLOCK ? write_block(f) : 0;
}

int compaction_close(struct compaction *f, int status)
{
    if (f->fd >= 0 && status == 0)
        status = write_block(f);
    if (f->fd >= 0 && status == 0)
        status = safedir_end_replace(f->dir, f->name, f->fd);
    else if (f->fd >= 0)
        safedir_abandon_replace(f->dir, f->name, f->fd);
    buf_clear(&f->out);
    return status;
}
