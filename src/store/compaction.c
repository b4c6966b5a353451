#include "store/compaction.h"

#include "store/snapshot.h"

enum { BLOCK = 1024 * 1024 };

int compaction_open(struct compaction *c, const struct safedir *d, const char *name,
                    uint64_t generation, uint64_t base)
{
    *c = (struct compaction){.dir = d, .name = name};
    stamp_add(&c->out, snapshot_what(name), generation, base);
    return safedir_begin_replace(d, name, &c->fd);
}

static int write_block(struct compaction *c)
{
    int status = safedir_write_all(c->dir, c->name, c->fd, buf_span(&c->out));
    buf_empty(&c->out);
    return status;
}

int compaction_add_line(struct compaction *c, struct span line)
{
    buf_add_span(&c->out, line);
    buf_add_char(&c->out, '\n');
    return c->out.n >= BLOCK ? write_block(c) : 0;
}

int compaction_add_entry(struct compaction *c, struct span address, const struct entry *e)
{
    snapshot_add_line(&c->out, address, e);
    return c->out.n >= BLOCK ? write_block(c) : 0;
}

int compaction_close(struct compaction *c, int status)
{
    if (c->fd >= 0 && status == 0)
        status = write_block(c);
    if (c->fd >= 0 && status == 0)
        status = safedir_end_replace(c->dir, c->name, c->fd);
    else if (c->fd >= 0)
        safedir_abandon_replace(c->dir, c->name, c->fd);
    buf_clear(&c->out);
    return status;
}
