#include "store/store_walk.h"

#include "store/merged_lines.h"
#include "store/snapshot_writer.h"
#include "store/store_files.h"

#include <unistd.h>

/* A walk over all lines, and the file that it may write. */
struct walk {
    struct store *store;
    text_visit *visit; /* or NULL: all texts stay as they are */
    void *context;
    struct snapshot_writer writer;
    bool writes;        /* the walk writes to `writer` */
    bool whole;         /* over all files, without empty texts; it may write a snapshot */
    struct buf changed; /* what a visit has made of the text at hand */
};

static int write_line(struct walk *w, struct span line, struct span key)
{
    if (w->changed.n == 0)
        return snapshot_writer_add_line(&w->writer, line);
    if (w->whole && w->store->kind->is_empty(buf_span(&w->changed)))
        return 0;
    return snapshot_writer_add(&w->writer, key, buf_span(&w->changed));
}

static int walk_line(struct walk *w, struct span line, struct span key)
{
    struct span text = snapshot_entry(line);
    if (w->whole && w->store->kind->is_empty(text))
        return 0;
    buf_empty(&w->changed);
    int status = w->visit != NULL ? w->visit(w->context, key, text, &w->changed) : 0;
    return status == 0 && w->writes ? write_line(w, line, key) : status;
}

static int walk_all(struct walk *w)
{
    struct store *s = w->store;
    struct merge merge;
    struct span line, key;
    int status = merge_init(&merge, w->whole ? &s->snapshot : NULL,
                            store_recent_is_stale(s) ? NULL : &s->recent, &s->overlay);
    while (status == 0 && (status = merge_next(&merge, &line, &key)) == 0 && key.p != NULL)
        status = walk_line(w, line, key);
    merge_clear(&merge);
    return status;
}

int store_start_anew(struct store *s, bool whole, uint64_t next)
{
    if (whole)
        unlinkat(s->dir.fd, s->kind->recent, 0);
    struct stamp stamp = store_stamp(s, next, 0);
    int status = journal_reset(&s->journal, &stamp);
    int opened = store_open_files(s);
    if (opened == 0)
        opened = store_read_journal(s, false);
    return status != 0 ? status : opened;
}

/* Writes the entries of a walk to a new snapshot or a new recent file. */
static int rewrite(struct walk *w)
{
    struct store *s = w->store;
    uint64_t next = store_generation(s) + 1;
    struct stamp stamp = store_stamp(s, next, w->whole ? 0 : s->snapshot.stamp.generation);
    int status = snapshot_writer_open(&w->writer, &s->dir,
                                      w->whole ? s->kind->snapshot : s->kind->recent, &stamp);
    w->writes = true;
    status = snapshot_writer_close(&w->writer, status == 0 ? walk_all(w) : status);
    return status == 0 ? store_start_anew(s, w->whole, next) : status;
}

static int run(struct walk *w, bool change)
{
    int status = change ? rewrite(w) : walk_all(w);
    buf_clear(&w->changed);
    return status;
}

int text_store_each(struct store *s, text_visit *visit, void *context, bool change)
{
    struct walk w = {.store = s, .visit = visit, .context = context, .whole = true};
    return run(&w, change);
}

int store_rewrite(struct store *s, bool whole)
{
    struct walk w = {.store = s, .whole = whole};
    return run(&w, true);
}
