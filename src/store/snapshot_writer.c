#include "store/snapshot_writer.h"

#include "base/replace.h"
#include "store/snapshot.h"

enum { BLOCK = 1024 * 1024 };

int snapshot_writer_open(struct snapshot_writer *c, const struct safedir *d, const char *name,
                         uint64_t generation, uint64_t base)
{
    *c = (struct snapshot_writer){.dir = d, .name = name};
    stamp_add(&c->out, snapshot_what(name), generation, base);
    return replace_begin(d, name, &c->fd);
}

static int write_block(struct snapshot_writer *c)
{
    int status = safedir_write_all(c->dir, c->name, c->fd, buf_span(&c->out));
    buf_empty(&c->out);
    return status;
}

int snapshot_writer_add_line(struct snapshot_writer *c, struct span line)
{
    buf_add_span(&c->out, line);
    buf_add_char(&c->out, '\n');
    return c->out.n >= BLOCK ? write_block(c) : 0;
}

int snapshot_writer_add_entry(struct snapshot_writer *c, struct span address, const struct entry *e)
{
    snapshot_add_line(&c->out, address, e);
    return c->out.n >= BLOCK ? write_block(c) : 0;
}

int snapshot_writer_close(struct snapshot_writer *c, int status)
{
    if (c->fd >= 0 && status == 0)
        status = write_block(c);
    if (c->fd >= 0 && status == 0)
        status = replace_end(c->dir, c->name, c->fd);
    else if (c->fd >= 0)
        replace_abandon(c->dir, c->name, c->fd);
    buf_clear(&c->out);
    return status;
}
