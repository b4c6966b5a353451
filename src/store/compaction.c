#include "store/compaction.h"

#include "store/store_files.h"
#include "store/store_walk.h"

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
    return store_rewrite(s, recent + length > share_of_snapshot(s, COMPACT_MOST, SIZE_MAX));
}

int compaction_if_due(struct store *s)
{
    return compact_if_longer(s, COMPACT_RUNNING);
}

int compaction_at_end(struct store *s)
{
    if (!s->writes || s->compaction_status != 0 || s->journal.fd < 0 ||
        s->journal.end <= share_of_snapshot(s, COMPACT_LEAST, COMPACT_MOST))
        return 0;
    if (safedir_try_lock(&s->dir, s->kind->lock, &s->lock) != 0 || s->lock < 0)
        return 0;
    int status = store_refresh_files(s, true);
    if (status == 0 && !store_journal_is_stale(s))
        status = compact_if_longer(s, COMPACT_MOST);
    store_unlock(s);
    return status;
}
