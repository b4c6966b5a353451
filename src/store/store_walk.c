#include "store/store_walk.h"

#include "base/escape.h"
#include "lib/record.h"
#include "store/compaction.h"
#include "store/entry_text.h"
#include "store/merge.h"
#include "store/names.h"
#include "store/store_files.h"

#include <unistd.h>

/*
 * When a journal is compacted. Every reader reads all of it at its start, which takes half a
 * millisecond for each megabyte. A run that goes on lets it grow, so that an import does not
 * compact again and again; the run's end compacts the rest. A compaction goes into the recent file,
 * or into the snapshot if recent file and journal together are longer than a quarter of it.
 */
enum {
    COMPACT_LEAST = 4 * 1024 * 1024,
    COMPACT_MOST = 16 * 1024 * 1024,
    COMPACT_RUNNING = 64 * 1024 * 1024,
};

/* A walk over all entries, and the file that it may write. */
struct walk {
    struct store *store;
    store_visit *visit; /* or NULL: entries stay as they are */
    void *context;
    struct compaction compaction;
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
    return changed || store_is_old(w->store) ? compaction_add_entry(&w->compaction, key, e)
                                             : compaction_add_line(&w->compaction, line);
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
        status = can_copy_line(w, line) ? compaction_add_line(&w->compaction, line)
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
    int status = w->whole ? compaction_open(&w->compaction, &s->dir, SNAPSHOT_NAME, next, 0)
                          : compaction_open(&w->compaction, &s->dir, RECENT_NAME, next,
                                            s->snapshot.stamp.generation);
    w->writes = true;
    status = compaction_close(&w->compaction, status == 0 ? walk_all(w) : status);
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

/* A quarter of the snapshot's bytes, within bounds. */
static size_t share_of_snapshot(const struct store *s, size_t least, size_t most)
{
    size_t quarter = s->snapshot.map.n / 4;
    return quarter < least ? least : quarter > most ? most : quarter;
}

static int compact_if_longer(struct store *s, size_t most)
{
    size_t length = s->journal.end;
    if (s->journal.fd < 0 || length <= share_of_snapshot(s, COMPACT_LEAST, most))
        return 0;
    size_t recent = store_recent_is_stale(s) ? 0 : s->recent.map.n;
    struct walk w;
    walk_start(&w, s, recent + length > share_of_snapshot(s, COMPACT_MOST, SIZE_MAX));
    return rewrite(&w);
}

int store_compact_if_due(struct store *s)
{
    return compact_if_longer(s, COMPACT_RUNNING);
}

int store_compact_at_end(struct store *s)
{
    if (!s->writes || s->compaction_status != 0 || s->journal.fd < 0 ||
        s->journal.end <= share_of_snapshot(s, COMPACT_LEAST, COMPACT_MOST))
        return 0;
    if (safedir_try_lock(&s->dir, LOCK_NAME, &s->lock) != 0 || s->lock < 0)
        return 0;
    int status = store_refresh_files(s, true);
    if (status == 0 && !store_journal_is_stale(s))
        status = compact_if_longer(s, COMPACT_MOST);
    store_unlock(s);
    return status;
}
