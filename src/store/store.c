#include "store/store.h"

#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "lib/record.h"
#include "lib/statedir.h"
#include "store/compaction.h"
#include "store/entry_text.h"
#include "store/journal.h"
#include "store/merge.h"
#include "store/names.h"
#include "store/overlay.h"
#include "store/snapshot.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

/*
 * When a journal is folded: a reader reads all of it at its start, which takes half a millisecond a
 * megabyte. A run that goes on lets it grow, so that an import does not fold again and again; its
 * end folds what is left over. A folding goes into the recent file, and with that into the snapshot
 * once the two are over a quarter of it.
 */
enum {
    COMPACT_LEAST = 4 * 1024 * 1024,
    COMPACT_MOST = 16 * 1024 * 1024,
    COMPACT_RUNNING = 64 * 1024 * 1024,
    REWRITE_BLOCK = 1024 * 1024,
    OPEN_TRIES = 1000, /* a reader that meets as many foldings in a row gives up */
};

static bool no_wait;

const struct option_entry store_option_table[] = {
    {0, "no-wait", OPTION_FLAG, &no_wait, NULL, "exit with 75 where another run holds the lock", 0,
     0},
    {0},
};

struct store {
    struct safedir dir;
    struct snapshot snapshot, recent;
    struct journal journal;
    struct overlay overlay; /* of the journal and the batch */
    struct buf key;         /* the address as the files have it */
    int lock;
    int compaction_status; /* what a folding failed with; it is not tried again */
    bool exists;           /* there is a state directory */
    bool writes;           /* opened for changes: the journal is read under the lock only */
};

static void close_files(struct store *s)
{
    overlay_clear(&s->overlay);
    snapshot_close(&s->snapshot);
    snapshot_close(&s->recent);
    journal_close(&s->journal);
}

/* A recent file that adds to an older snapshot: a folding into the snapshot has taken it in. */
static bool recent_is_stale(const struct store *s)
{
    return s->recent.stamp.base < s->snapshot.stamp.generation;
}

/* The generation that a journal must have to add to these files. */
static uint64_t generation(const struct store *s)
{
    return recent_is_stale(s) ? s->snapshot.stamp.generation : s->recent.stamp.generation;
}

/* All of it is in the files that it would add to: a folding was killed before it emptied it. */
static bool journal_is_stale(const struct store *s)
{
    return s->journal.fd >= 0 && s->journal.stamp.generation < generation(s);
}

static bool files_are_one_state(const struct store *s)
{
    return s->recent.stamp.base <= s->snapshot.stamp.generation &&
           (s->journal.fd < 0 || s->journal.stamp.generation <= generation(s));
}

/*
 * Opens the three files as one state. A folding that ends between two of the opens leaves a file
 * that adds to a newer one than was opened: then all are opened again.
 */
static int open_files(struct store *s)
{
    for (int try = 0; try < OPEN_TRIES; try++) {
        close_files(s);
        int status = snapshot_open(&s->snapshot, &s->dir, SNAPSHOT_NAME);
        if (status == 0)
            status = snapshot_open(&s->recent, &s->dir, RECENT_NAME);
        if (status == 0)
            status = journal_open(&s->journal, &s->dir, JOURNAL_NAME);
        if (status != 0)
            return status;
        if (files_are_one_state(s))
            return 0;
    }
    err_say("%s: the snapshot is older than what adds to it; restore all of the state from one "
            "backup",
            s->dir.path);
    return EX_DATAERR;
}

static int read_journal(struct store *s, bool cut)
{
    int status = journal_is_stale(s) ? 0 : journal_read(&s->journal, &s->overlay.lines, cut);
    overlay_note(&s->overlay, false);
    return status;
}

static int refresh(struct store *s, bool cut)
{
    bool replaced = journal_is_replaced(&s->journal) || snapshot_is_replaced(&s->snapshot) ||
                    snapshot_is_replaced(&s->recent);
    int status = replaced ? open_files(s) : 0;
    return status != 0 ? status : read_journal(s, cut);
}

static int open_state(struct store *s)
{
    int status = statedir_open(&s->dir, s->writes);
    s->exists = status == 0;
    if (status == EX_NOINPUT)
        return 0;
    if (status == 0)
        status = open_files(s);
    return status != 0 || s->writes ? status : read_journal(s, false);
}

int store_refresh(struct store *s)
{
    if (!s->exists) { /* it may be there by now */
        safedir_close(&s->dir);
        return open_state(s);
    }
    return refresh(s, false);
}

int store_open(struct store **store, bool change)
{
    struct store *s = mem_new(1, sizeof *s);
    *s = (struct store){.lock = -1, .journal.fd = -1, .writes = change};
    *store = s;
    return open_state(s);
}

static void unlock(struct store *s)
{
    if (s->lock >= 0)
        close(s->lock);
    s->lock = -1;
}

/* Is any file of an older format? Then a folding writes them all anew. */
static bool is_old(const struct store *s)
{
    return (s->snapshot.map.n > 0 && s->snapshot.stamp.version < STAMP_VERSION) ||
           (s->journal.fd >= 0 && s->journal.stamp.version < STAMP_VERSION);
}

int store_lock(struct store *s)
{
    if (s->lock >= 0)
        return 0;
    int status = safedir_lock(&s->dir, LOCK_NAME, no_wait, &s->lock);
    if (status == 0)
        status = refresh(s, true);
    if (status == 0 && (s->journal.fd < 0 || journal_is_stale(s)))
        status = journal_reset(&s->journal, generation(s));
    if (status == 0 && is_old(s))
        status = store_each(s, NULL, NULL, true);
    return status;
}

static int say_no_entry(const struct store *s, struct span key)
{
    err_say("%s: what is known of \"%.*s\" is no entry; quarantine check --repair saves the others",
            s->dir.path, (int)key.n, key.p);
    return EX_DATAERR;
}

/* For sorting: the key's first bytes, most significant first, spare most looks at the key. */
struct sortable {
    uint64_t start[2];
    struct request *request;
};

static struct sortable sortable(struct request *request)
{
    unsigned char bytes[sizeof(uint64_t[2])] = {0};
    struct span key = request->key;
    struct sortable s = {.request = request};
    memcpy(bytes, key.p, key.n < sizeof bytes ? key.n : sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        s.start[i / 8] = s.start[i / 8] << 8 | bytes[i];
    return s;
}

static int compare_sortable(const void *a, const void *b)
{
    const struct sortable *x = a, *y = b;
    for (size_t i = 0; i < 2; i++)
        if (x->start[i] != y->start[i])
            return x->start[i] < y->start[i] ? -1 : 1;
    return span_compare(x->request->key, y->request->key);
}

/* Those that have a key, in the order of keys; the caller frees the list. */
static struct request **sort_requests(struct request *requests, size_t count, size_t *sorted_count)
{
    struct sortable *list = mem_new(count, sizeof *list);
    struct request **sorted = mem_new(count, sizeof(struct request *));
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (requests[i].key.n > 0)
            list[n++] = sortable(&requests[i]);
    qsort(list, n, sizeof *list, compare_sortable);
    for (size_t i = 0; i < n; i++)
        sorted[i] = list[i].request;
    free(list);
    *sorted_count = n;
    return sorted;
}

int store_look_up(struct store *s, struct request *requests, size_t count)
{
    size_t n;
    struct request **sorted = sort_requests(requests, count, &n);
    int status = recent_is_stale(s) ? 0 : snapshot_find(&s->recent, sorted, n);
    if (status == 0)
        status = snapshot_find(&s->snapshot, sorted, n);
    free(sorted);
    return status;
}

/* The text of the entry that was found, or that the journal or this batch has instead; unset where
 * there is none. */
static struct span found_text(const struct store *s, const struct request *request)
{
    struct span line = request->line;
    bool found = overlay_find(&s->overlay, request->key, &line) || line.n > 0;
    return found ? snapshot_entry(line) : span_make(NULL, 0);
}

int store_found(struct store *s, const struct request *request, struct entry *e)
{
    struct span text = found_text(s, request);
    entry_clear(e);
    return text.p == NULL || entry_read(e, text) ? 0 : say_no_entry(s, request->key);
}

int store_found_state(struct store *s, const struct request *request, int64_t now,
                      enum entry_state *state)
{
    struct span text = found_text(s, request);
    *state = ENTRY_OK;
    return text.p == NULL || entry_read_state(text, now, state) ? 0 : say_no_entry(s, request->key);
}

static struct span key_of(struct store *s, struct span address)
{
    buf_empty(&s->key);
    escape_text(&s->key, address);
    return buf_span(&s->key);
}

int store_find(struct store *s, struct span address, struct entry *e)
{
    struct request request = {.key = key_of(s, address)};
    int status = store_look_up(s, &request, 1);
    entry_clear(e);
    return status == 0 ? store_found(s, &request, e) : status;
}

void store_put_key(struct store *s, struct span key, const struct entry *e)
{
    snapshot_add_line(&s->overlay.lines, key, e);
    overlay_note(&s->overlay, true);
}

void store_put(struct store *s, struct span address, const struct entry *e)
{
    store_put_key(s, key_of(s, address), e);
}

static int append_pending(struct store *s)
{
    struct buf lines = {0};
    overlay_settle(&s->overlay, &lines);
    int status = lines.n > 0 ? journal_append(&s->journal, buf_span(&lines)) : 0;
    buf_clear(&lines);
    return status;
}

/* A walk over all entries, and the file that it may write. */
struct walk {
    struct store *store;
    store_visit *visit; /* or NULL: lines are taken as they are */
    void *context;
    struct compaction compaction; /* of the file that is written */
    bool writes;                  /* is one? */
    bool whole;                   /* into a snapshot, which holds no empty entries */
    struct buf address;           /* unescaped */
    struct entry entry;           /* large, so that it is not made for each line */
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
        return say_no_entry(w->store, key);
    if (entry_is_empty(e) && w->whole)
        return 0;
    bool changed = w->visit != NULL && w->visit(w->context, unescape_field(key, &w->address), e);
    if (!w->writes || (entry_is_empty(e) && w->whole))
        return 0;
    return changed || is_old(w->store) ? compaction_add_entry(&w->compaction, key, e)
                                       : compaction_add_line(&w->compaction, line);
}

/* May the line go into the new file without a look at what it says? Only one that is ok may be
 * empty. */
static bool stands_as_it_is(const struct walk *w, struct span line)
{
    return w->visit == NULL && w->writes && !is_old(w->store) &&
           (!w->whole || !span_is(record_field(line, 1), "ok"));
}

static int walk_all(struct walk *w)
{
    struct store *s = w->store;
    struct merge merge;
    struct span line, key;
    int status = merge_init(&merge, w->whole ? &s->snapshot : NULL,
                            recent_is_stale(s) ? NULL : &s->recent, &s->overlay);
    while (status == 0 && (status = merge_next(&merge, &line, &key)) == 0 && key.p != NULL)
        status = stands_as_it_is(w, line) ? compaction_add_line(&w->compaction, line)
                                          : walk_line(w, line, key);
    merge_clear(&merge);
    return status;
}

/* What a new snapshot has taken in is told by its generation, should this be killed: nothing here
 * need be safe before the next step. */
static int start_anew(struct store *s, bool whole, uint64_t next)
{
    if (whole)
        unlinkat(s->dir.fd, RECENT_NAME, 0);
    int status = journal_reset(&s->journal, next);
    int opened = open_files(s);
    if (opened == 0)
        opened = read_journal(s, false);
    return status != 0 ? status : opened;
}

/* Writes what a walk finds into a new snapshot, or into a new recent file. */
static int rewrite(struct walk *w)
{
    struct store *s = w->store;
    uint64_t next = generation(s) + 1;
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

/* A quarter of the snapshot, within bounds. */
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
    size_t recent = recent_is_stale(s) ? 0 : s->recent.map.n;
    struct walk w;
    walk_start(&w, s, recent + length > share_of_snapshot(s, COMPACT_MOST, SIZE_MAX));
    return rewrite(&w);
}

int store_commit(struct store *s)
{
    if (s->lock < 0)
        return 0;
    int status = append_pending(s);
    if (status != 0)
        close_files(s); /* what is in memory is not in the state: nothing goes on from it */
    else if (s->compaction_status == 0)
        s->compaction_status = compact_if_longer(s, COMPACT_RUNNING);
    unlock(s);
    return status;
}

/* What a run has let grow is folded at its end, unless another run is at work: then that one will.
 */
static int compact_at_end(struct store *s)
{
    if (!s->writes || s->compaction_status != 0 || s->journal.fd < 0 ||
        s->journal.end <= share_of_snapshot(s, COMPACT_LEAST, COMPACT_MOST))
        return 0;
    if (safedir_try_lock(&s->dir, LOCK_NAME, &s->lock) != 0 || s->lock < 0)
        return 0;
    int status = refresh(s, true);
    if (status == 0 && !journal_is_stale(s))
        status = compact_if_longer(s, COMPACT_MOST);
    unlock(s);
    return status;
}

int store_close(struct store *s)
{
    unlock(s);
    int status = s->compaction_status != 0 ? s->compaction_status : compact_at_end(s);
    close_files(s);
    safedir_close(&s->dir);
    buf_clear(&s->key);
    free(s);
    return status;
}
