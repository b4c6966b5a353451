#include "book.h"

#include "err.h"
#include "escape.h"
#include "journal.h"
#include "mem.h"
#include "record.h"
#include "snapshot.h"
#include "table.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#define JOURNAL_NAME "quarantine.journal"
#define LOCK_NAME    "quarantine.lock"

enum {
    FOLD_AT =
        4 * 1024 *
        1024, /* a journal of so many bytes, and of a quarter of the snapshot, is folded into it */
    REWRITE_BLOCK = 1024 * 1024,
    OPEN_TRIES = 1000, /* a reader that meets as many foldings in a row gives up */
};

struct book {
    struct statedir dir;
    struct snapshot snapshot;
    struct journal journal;
    struct table
        changed;        /* address to its latest line: sealed, without LF, NUL-terminated, owned */
    struct buf pending; /* lines of the batch that are not in the journal yet */
    struct buf key;     /* the address as the files have it */
    int lock;
    bool exists;  /* there is a state directory */
    bool damaged; /* a line was found to be, and said */
};

/* What stands before the first TAB. */
static struct span address_of(const char *line)
{
    return span_make(line, strcspn(line, "\t"));
}

/* Notes a sealed line as the latest of its address. */
static void note_line(struct book *b, struct span line)
{
    char *kept = mem_copy(line.p, line.n);
    char *old = table_get(&b->changed, address_of(kept));
    table_set(&b->changed, address_of(kept), kept);
    free(old);
}

static void clear_table(struct book *b)
{
    for (size_t i = 0; i < b->changed.capacity; i++)
        free(b->changed.slots[i].value);
    table_free(&b->changed);
}

static void note_lines(struct book *b, struct span lines)
{
    while (lines.n > 0) {
        const char *lf = memchr(lines.p, '\n', lines.n);
        size_t n = (size_t)(lf - lines.p);
        note_line(b, span_make(lines.p, n));
        lines = span_make(lf + 1, lines.n - n - 1);
    }
}

static void close_files(struct book *b)
{
    clear_table(b);
    snapshot_close(&b->snapshot);
    journal_close(&b->journal);
}

/*
 * Opens snapshot and journal as a pair. A folding that ends between the two opens leaves a journal
 * that is newer than the snapshot: then both are opened again. An older journal is what a folding
 * that was killed left: all of it is in the snapshot.
 */
static int open_files(struct book *b)
{
    for (int try = 0; try < OPEN_TRIES; try++) {
        close_files(b);
        int status = snapshot_open(&b->snapshot, &b->dir);
        if (status == 0)
            status = journal_open(&b->journal, &b->dir, JOURNAL_NAME);
        if (status != 0)
            return status;
        if (b->journal.fd < 0 || b->journal.generation <= b->snapshot.generation)
            return 0;
    }
    err_say("%s: the snapshot is older than its journal; restore both from a backup", b->dir.path);
    return EX_DATAERR;
}

static bool journal_is_stale(const struct book *b)
{
    return b->journal.fd >= 0 && b->journal.generation < b->snapshot.generation;
}

static int read_journal(struct book *b, bool cut)
{
    struct buf lines = {0};
    if (journal_is_stale(b))
        return 0;
    int status = journal_read(&b->journal, &lines, cut);
    if (status == 0)
        note_lines(b, buf_span(&lines));
    buf_free(&lines);
    return status;
}

static int refresh(struct book *b, bool cut)
{
    int status = journal_is_replaced(&b->journal) ? open_files(b) : 0;
    return status != 0 ? status : read_journal(b, cut);
}

int book_refresh(struct book *b)
{
    return b->exists ? refresh(b, false) : 0;
}

int book_open(struct book **book, bool change)
{
    struct book *b = mem_new(1, sizeof *b);
    *b = (struct book){.lock = -1, .journal.fd = -1};
    *book = b;
    int status = statedir_open(&b->dir, change);
    b->exists = status == 0;
    if (status == EX_NOINPUT)
        return 0;
    if (status == 0)
        status = open_files(b);
    return status != 0 ? status : read_journal(b, false);
}

int book_lock(struct book *b, bool no_wait)
{
    int status = statedir_lock(&b->dir, LOCK_NAME, no_wait, &b->lock);
    if (status == 0)
        status = refresh(b, true);
    if (status == 0 && (b->journal.fd < 0 || journal_is_stale(b)))
        status = journal_reset(&b->journal, b->snapshot.generation);
    return status;
}

static struct span key_of(struct book *b, struct span address)
{
    buf_clear(&b->key);
    escape_text(&b->key, address);
    return buf_span(&b->key);
}

bool book_find(struct book *b, struct span address, struct entry *e)
{
    struct span key = key_of(b, address), there;
    const char *line = table_get(&b->changed, key);
    *e = (struct entry){0};
    if (line != NULL)
        return snapshot_parse_line(span_of(line), &there, e) && !entry_is_empty(e);
    bool found = false;
    if (b->snapshot.map.n > 0 && snapshot_find(&b->snapshot, key, e, &found) != 0)
        b->damaged = true;
    return found;
}

void book_put(struct book *b, struct span address, const struct entry *e)
{
    size_t start = b->pending.n;
    snapshot_add_line(&b->pending, key_of(b, address), e);
    note_line(b, span_make(b->pending.p + start, b->pending.n - start - 1));
}

int book_commit(struct book *b)
{
    if (b->damaged)
        return EX_DATAERR;
    int status = b->pending.n > 0 ? journal_append(&b->journal, buf_span(&b->pending)) : 0;
    buf_clear(&b->pending);
    return status;
}

static int compare_lines(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return snapshot_compare(address_of(*x), address_of(*y));
}

/* The changed lines in the order of their addresses; the caller frees the list. */
static const char **sort_changed(const struct table *changed)
{
    const char **sorted = mem_new(changed->count, sizeof *sorted);
    size_t n = 0;
    for (size_t i = 0; i < changed->capacity; i++)
        if (changed->slots[i].value != NULL)
            sorted[n++] = changed->slots[i].value;
    qsort(sorted, n, sizeof *sorted, compare_lines);
    return sorted;
}

/* A walk over all entries, and the new snapshot that it may write. */
struct walk {
    struct book *book;
    book_visit *visit;
    void *context;
    int fd; /* of the new snapshot, or -1 */
    struct buf out;
    struct buf address; /* unescaped */
};

static int flush_walk(struct walk *w)
{
    int status =
        w->fd < 0 ? 0 : statedir_write_all(&w->book->dir, SNAPSHOT_NAME, w->fd, buf_span(&w->out));
    buf_clear(&w->out);
    return status;
}

static int walk_line(struct walk *w, struct span line)
{
    struct entry e;
    struct span key;
    if (!snapshot_parse_line(line, &key, &e)) {
        err_say("%s/%s: a damaged line; restore it from a backup", w->book->dir.path,
                SNAPSHOT_NAME);
        return EX_DATAERR;
    }
    struct span address = unescape_field(key, &w->address);
    if (entry_is_empty(&e))
        return 0;
    bool changed = w->visit != NULL && w->visit(w->context, address, &e);
    if (w->fd < 0 || entry_is_empty(&e))
        return 0;
    if (changed) {
        snapshot_add_line(&w->out, key, &e);
    } else {
        buf_add_span(&w->out, line);
        buf_add_char(&w->out, '\n');
    }
    return w->out.n >= REWRITE_BLOCK ? flush_walk(w) : 0;
}

/* Merges the snapshot's lines with the changed ones, which count more. */
static int walk_all(struct walk *w)
{
    struct book *b = w->book;
    const char **sorted = sort_changed(&b->changed);
    size_t offset = 0, next = 0, count = b->changed.count;
    struct span line;
    int status = 0;
    bool more = snapshot_next(&b->snapshot, &offset, &line);
    while (status == 0 && (more || next < count)) {
        int order = !more ? 1
                    : next == count
                        ? -1
                        : snapshot_compare(record_field(line, 0), address_of(sorted[next]));
        status = walk_line(w, order < 0 ? line : span_of(sorted[next]));
        next += order >= 0;
        more = order <= 0 ? snapshot_next(&b->snapshot, &offset, &line) : more;
    }
    free(sorted);
    return status;
}

/* Opens what was written: the journal restarts with the new snapshot's generation, so that a kill
 * between the two steps is seen as a stale journal. */
static int finish_rewrite(struct walk *w, int status, uint64_t generation)
{
    struct book *b = w->book;
    if (status == 0)
        status = flush_walk(w);
    if (status != 0) {
        statedir_abandon_replace(&b->dir, SNAPSHOT_NAME, w->fd);
        return status;
    }
    status = statedir_end_replace(&b->dir, SNAPSHOT_NAME, w->fd);
    if (status == 0)
        status = journal_reset(&b->journal, generation);
    return status != 0 ? status : open_files(b);
}

int book_each(struct book *b, book_visit *visit, void *context, bool rewrite)
{
    struct walk w = {.book = b, .visit = visit, .context = context, .fd = -1};
    uint64_t generation = b->snapshot.generation + 1;
    int status = 0;
    if (rewrite) {
        journal_add_header(&w.out, "quarantine", generation);
        status = statedir_begin_replace(&b->dir, SNAPSHOT_NAME, &w.fd);
    }
    if (status == 0) {
        status = walk_all(&w);
        if (rewrite)
            status = finish_rewrite(&w, status, generation);
    }
    buf_free(&w.out);
    buf_free(&w.address);
    return status;
}

int book_unlock(struct book *b)
{
    int status = 0;
    if (b->journal.end > FOLD_AT && b->journal.end > b->snapshot.map.n / 4)
        status = book_each(b, NULL, NULL, true);
    if (b->lock >= 0)
        close(b->lock);
    b->lock = -1;
    return status;
}

void book_close(struct book *b)
{
    if (b->lock >= 0)
        close(b->lock);
    close_files(b);
    statedir_close(&b->dir);
    buf_free(&b->pending);
    buf_free(&b->key);
    free(b);
}
