#include "store/store_walk.h"

#include "base/escape.h"
#include "lib/record.h"
#include "store/entry_text.h"
#include "store/merge.h"
#include "store/names.h"
#include "store/snapshot_writer.h"
#include "store/store_files.h"

#include <unistd.h>

/* A walk over all entries, and the file that it may write. */
struct walk {
    struct store *store;
    store_visit *visit; /* or NULL: entries stay as they are */
    void *context;
    struct snapshot_writer writer;
    bool writes;        /* the walk writes to `compaction` */
    bool whole;         /* over all files, without empty entries; it may write a snapshot */
    struct buf address; /* unescaped */
    struct entry entry; /* the one at hand; it is too large to be made for each line */
};

static void walk_start(struct walk *w, struct store *s, bool whole)
{
    w->store = s;
    w->visit = NULL;
    w->context = NULL;
    w->writes = false;
    w->whole = whole;
    w->address = (struct buf){0};
}

static int walk_line(struct walk *w, struct span line, struct span key)
{
    struct entry *e = &w->entry;
    struct span there, text;
    if (!snapshot_split_line(line, &there, &text) || !entry_read(e, text))
        return store_say_bad_entry(w->store, key);
    if (entry_is_empty(e) && w->whole)
        return 0;
    bool changed = w->visit != NULL && w->visit(w->context, unescape_field(key, &w->address), e);
    if (!w->writes || (entry_is_empty(e) && w->whole))
        return 0;
    return changed || store_is_old(w->store) ? snapshot_writer_add_entry(&w->writer, key, e)
                                             : snapshot_writer_add_line(&w->writer, line);
}

/* True if the line can go into the new file without being parsed. A snapshot leaves out empty
 * entries, and only an entry that is ok can be empty. */
static bool can_copy_line(const struct walk *w, struct span line)
{
    return w->visit == NULL && w->writes && !store_is_old(w->store) &&
           (!w->whole || !span_is(record_field(line, 1), "ok"));
}

static int walk_all(struct walk *w)
{
    struct store *s = w->store;
    struct merge merge;
    struct span line, key;
    int status = merge_init(&merge, w->whole ? &s->snapshot : NULL,
                            store_recent_is_stale(s) ? NULL : &s->recent, &s->overlay);
    while (status == 0 && (status = merge_next(&merge, &line, &key)) == 0 && key.p != NULL)
        status = can_copy_line(w, line) ? snapshot_writer_add_line(&w->writer, line)
                                        : walk_line(w, line, key);
    merge_clear(&merge);
    return status;
}

/* Empties the journal after a compaction. A kill between these steps does no harm, because the
 * generations show what the new file has; so no step waits for the one before to be on the disk. */
static int start_anew(struct store *s, bool whole, uint64_t next)
{
    if (whole)
        unlinkat(s->dir.fd, RECENT_NAME, 0);
    int status = journal_reset(&s->journal, next);
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
    int status = w->whole ? snapshot_writer_open(&w->writer, &s->dir, SNAPSHOT_NAME, next, 0)
                          : snapshot_writer_open(&w->writer, &s->dir, RECENT_NAME, next,
                                                 s->snapshot.stamp.generation);
    w->writes = true;
    status = snapshot_writer_close(&w->writer, status == 0 ? walk_all(w) : status);
    return status == 0 ? start_anew(s, w->whole, next) : status;
}

int store_each(struct store *s, store_visit *visit, void *context, bool change)
{
    struct walk w;
    walk_start(&w, s, true);
    w.visit = visit;
    w.context = context;
    int status = change ? rewrite(&w) : walk_all(&w);
    buf_clear(&w.address);
    return status;
}

int store_rewrite(struct store *s, bool whole)
{
    struct walk w;
    walk_start(&w, s, whole);
    int status = rewrite(&w);
    buf_clear(&w.address);
    return status;
}
