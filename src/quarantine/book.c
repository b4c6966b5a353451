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

/* A journal is folded into the snapshot when it is over a quarter of its size, but not while it is
 * short, and not only when reading it takes long. */
enum {
    FOLD_LEAST = 4 * 1024 * 1024,
    FOLD_MOST = 32 * 1024 * 1024,
    REWRITE_BLOCK = 1024 * 1024,
    OPEN_TRIES = 1000, /* a reader that meets as many foldings in a row gives up */
};

static bool no_wait;

const struct option_entry book_option_table[] = {
    {0, "no-wait", OPTION_FLAG, &no_wait, NULL, "exit with 75 where another run holds the lock", 0,
     0},
    {0},
};

/* The latest line of an address in the journal, or of this batch. */
struct changed {
    char *line; /* sealed, without LF; owned */
    size_t length;
    size_t address_length;
    bool pending; /* not in the journal yet */
};

struct book {
    struct statedir dir;
    struct snapshot snapshot;
    struct journal journal;
    struct table changed;     /* address to struct changed, owned */
    struct changed **pending; /* what the batch has changed, each once */
    size_t pending_count, pending_capacity;
    struct buf line; /* being made */
    struct buf key;  /* the address as the files have it */
    int lock;
    int fold_status; /* what a folding failed with; it is not tried again */
    bool exists;     /* there is a state directory */
    bool changes;    /* opened for changes: the journal is read under the lock only */
};

static struct span changed_address(const struct changed *c)
{
    return span_make(c->line, c->address_length);
}

/* Takes a sealed line over as the latest of its address, which is returned. */
static struct changed *note_line(struct book *b, struct span line)
{
    struct span address = record_field(line, 0);
    struct changed *c = table_get(&b->changed, address);
    char *old = c != NULL ? c->line : NULL;
    if (c == NULL)
        c = mem_new(1, sizeof *c);
    c->line = mem_copy(line.p, line.n);
    c->length = line.n;
    c->address_length = address.n;
    table_set(&b->changed, changed_address(c), c);
    free(old);
    return c;
}

static void clear_changed(struct book *b)
{
    for (size_t i = 0; i < b->changed.capacity; i++) {
        struct changed *c = b->changed.slots[i].value;
        if (c != NULL)
            free(c->line);
        free(c);
    }
    table_free(&b->changed);
    b->pending_count = 0;
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
    clear_changed(b);
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
    bool replaced = journal_is_replaced(&b->journal) || snapshot_is_replaced(&b->snapshot, &b->dir);
    int status = replaced ? open_files(b) : 0;
    return status != 0 ? status : read_journal(b, cut);
}

static int open_state(struct book *b)
{
    int status = statedir_open(&b->dir, b->changes);
    b->exists = status == 0;
    if (status == EX_NOINPUT)
        return 0;
    if (status == 0)
        status = open_files(b);
    return status != 0 || b->changes ? status : read_journal(b, false);
}

int book_refresh(struct book *b)
{
    if (!b->exists) { /* it may be there by now */
        statedir_close(&b->dir);
        return open_state(b);
    }
    return refresh(b, false);
}

int book_open(struct book **book, bool change)
{
    struct book *b = mem_new(1, sizeof *b);
    *b = (struct book){.lock = -1, .journal.fd = -1, .changes = change};
    *book = b;
    return open_state(b);
}

int book_lock(struct book *b)
{
    if (b->lock >= 0)
        return 0;
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

static int say_damage(const struct book *b, struct span line)
{
    struct span map = b->snapshot.map;
    if (map.n > 0 && line.p >= map.p && line.p < map.p + map.n)
        err_say("%s/%s: damaged at byte %zu; restore it from a backup", b->dir.path, SNAPSHOT_NAME,
                (size_t)(line.p - map.p));
    else
        err_say("%s/%s: a line that is no entry; restore it from a backup", b->dir.path,
                JOURNAL_NAME);
    return EX_DATAERR;
}

int book_find(struct book *b, struct span address, struct entry *e)
{
    struct span key = key_of(b, address), there;
    const struct changed *c = table_get(&b->changed, key);
    entry_clear(e);
    if (c == NULL)
        return b->snapshot.map.n > 0 ? snapshot_find(&b->snapshot, key, e) : 0;
    if (snapshot_parse_line(span_make(c->line, c->length), &there, e))
        return 0;
    return say_damage(b, span_make(c->line, c->length));
}

void book_put(struct book *b, struct span address, const struct entry *e)
{
    buf_clear(&b->line);
    snapshot_add_line(&b->line, key_of(b, address), e);
    struct changed *c = note_line(b, span_make(b->line.p, b->line.n - 1));
    if (c->pending)
        return;
    b->pending =
        mem_grow(b->pending, &b->pending_capacity, b->pending_count + 1, sizeof *b->pending);
    c->pending = true;
    b->pending[b->pending_count++] = c;
}

static int append_pending(struct book *b)
{
    struct buf lines = {0};
    for (size_t i = 0; i < b->pending_count; i++) {
        buf_add(&lines, b->pending[i]->line, b->pending[i]->length);
        buf_add_char(&lines, '\n');
        b->pending[i]->pending = false;
    }
    b->pending_count = 0;
    int status = lines.n > 0 ? journal_append(&b->journal, buf_span(&lines)) : 0;
    buf_free(&lines);
    return status;
}

static bool fold_is_due(const struct book *b)
{
    size_t length = b->journal.end;
    return b->fold_status == 0 && length > FOLD_LEAST &&
           (length > FOLD_MOST || length > b->snapshot.map.n / 4);
}

static void unlock(struct book *b)
{
    if (b->lock >= 0)
        close(b->lock);
    b->lock = -1;
}

int book_commit(struct book *b)
{
    if (b->lock < 0)
        return 0;
    int status = append_pending(b);
    if (status != 0)
        close_files(b); /* what is in memory is not in the state: nothing goes on from it */
    else if (fold_is_due(b))
        b->fold_status = book_each(b, NULL, NULL, true);
    unlock(b);
    return status;
}

static int compare_changed(const void *a, const void *b)
{
    const struct changed *const *x = a, *const *y = b;
    return span_compare(changed_address(*x), changed_address(*y));
}

/* The changed entries in the order of their addresses; the caller frees the list. */
static const struct changed **sort_changed(const struct table *changed)
{
    const struct changed **sorted = mem_new(changed->count, sizeof *sorted);
    size_t n = 0;
    for (size_t i = 0; i < changed->capacity; i++)
        if (changed->slots[i].value != NULL)
            sorted[n++] = changed->slots[i].value;
    qsort(sorted, n, sizeof *sorted, compare_changed);
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
    if (!snapshot_parse_line(line, &key, &e))
        return say_damage(w->book, line);
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
    const struct changed **sorted = sort_changed(&b->changed);
    struct span line;
    size_t offset = 0, next = 0;
    int status = 0;
    bool more = snapshot_next(&b->snapshot, &offset, &line);
    while (status == 0 && (more || next < b->changed.count)) {
        int order = !more ? 1
                    : next == b->changed.count
                        ? -1
                        : span_compare(record_field(line, 0), changed_address(sorted[next]));
        status =
            walk_line(w, order < 0 ? line : span_make(sorted[next]->line, sorted[next]->length));
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
    int opened = open_files(b);
    if (opened == 0)
        opened = read_journal(b, false);
    return status != 0 ? status : opened;
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

int book_close(struct book *b)
{
    int status = b->fold_status;
    unlock(b);
    close_files(b);
    statedir_close(&b->dir);
    free(b->pending);
    buf_free(&b->line);
    buf_free(&b->key);
    free(b);
    return status;
}
