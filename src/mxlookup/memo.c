#include "mxlookup/memo.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK = 65536, FIRST_SLOTS = 4096, OFFSET_BITS = 36 };

#define OFFSET_MASK ((UINT64_C(1) << OFFSET_BITS) - 1)

/*
 * Items in memory are of two ages: what is found moves to the younger ones; when those are many,
 * the older ones are put away and the younger are the older.
 */
struct memo {
    const struct memo_kind *kind;
    size_t most;
    size_t limit; /* of the younger ones, at present */
    struct table young, old;
    struct table spare; /* empty, but with room */
    int fd;             /* of the file: lines NAME TAB TEXT; -1: not needed yet */
    bool failed;        /* it cannot be written: what is put away is forgotten */
    struct buf unwritten;
    uint64_t written; /* bytes in the file */
    uint64_t *slots;  /* of lines: 28 bits of the name's hash, then offset + 1; 0: free */
    size_t slot_count, line_count;
    struct buf line; /* being read */
    struct buf text; /* being made */
};

void *memo_item_new(size_t size, struct span name)
{
    struct memo_item *i = mem_new(1, size + name.n + 1);
    char *there = (char *)i + size;
    memcpy(there, name.p, name.n);
    i->name = span_make(there, name.n);
    return i;
}

struct memo *memo_new(const struct memo_kind *kind, size_t most)
{
    struct memo *k = mem_new(1, sizeof *k);
    k->kind = kind;
    k->most = most;
    k->limit = most / 2;
    k->fd = -1;
    return k;
}

/* What a slot holds of it: 28 bits. */
static uint64_t shorten(uint64_t hash)
{
    return hash >> OFFSET_BITS;
}

static int open_file(void)
{
    struct buf path = {0};
    const char *dir = getenv("TMPDIR");
    buf_format(&path, "%s/mxlookup.XXXXXX", dir != NULL && *dir != '\0' ? dir : "/tmp");
    buf_string(&path);
    int fd = mkostemp(path.p, O_CLOEXEC);
    if (fd >= 0)
        unlink(path.p);
    buf_clear(&path);
    return fd;
}

static void fail(struct memo *k)
{
    if (!k->failed)
        err_errno("no room for what was learned in TMPDIR: domains may be asked for again");
    k->failed = true;
}

static void write_block(struct memo *k)
{
    struct span bytes = buf_span(&k->unwritten);
    if (k->fd < 0)
        k->fd = open_file();
    while (bytes.n > 0 && !k->failed) {
        ssize_t n = k->fd < 0 ? -1 : write(k->fd, bytes.p, bytes.n);
        if (n < 0 && (k->fd < 0 || errno != EINTR))
            fail(k);
        else if (n > 0)
            bytes = span_make(bytes.p + n, bytes.n - (size_t)n);
    }
    k->written += k->unwritten.n;
    buf_empty(&k->unwritten);
}

static uint64_t *free_slot(struct memo *k, uint64_t hash)
{
    size_t i = (size_t)hash & (k->slot_count - 1);
    while (k->slots[i] != 0)
        i = (i + 1) & (k->slot_count - 1);
    return &k->slots[i];
}

/* Reads the line at an offset into k->line; its two parts. */
static bool read_line(struct memo *k, uint64_t offset, struct span *name, struct span *text)
{
    const char *lf = NULL;
    buf_empty(&k->line);
    if (k->unwritten.n > 0 && offset >= k->written)
        write_block(k);
    while (lf == NULL && !k->failed) {
        enum { PIECE = 1024 };
        ssize_t n = pread(k->fd, buf_room(&k->line, PIECE), PIECE, (off_t)(offset + k->line.n));
        if (n <= 0)
            return false;
        lf = memchr(k->line.p + k->line.n, '\n', (size_t)n);
        k->line.n += (size_t)n;
    }
    const char *tab = lf != NULL ? memchr(k->line.p, '\t', (size_t)(lf - k->line.p)) : NULL;
    if (tab == NULL)
        return false;
    *name = span_make(k->line.p, (size_t)(tab - k->line.p));
    *text = span_make(tab + 1, (size_t)(lf - tab) - 1);
    return true;
}

static void grow_slots(struct memo *k)
{
    uint64_t *old = k->slots;
    size_t count = k->slot_count;
    k->slot_count = count > 0 ? 2 * count : FIRST_SLOTS;
    k->slots = mem_new(k->slot_count, sizeof *k->slots);
    for (size_t i = 0; i < count; i++)
        if (old[i] != 0)
            *free_slot(k, old[i] >> OFFSET_BITS) = old[i];
    free(old);
}

/* The line of a name; false if it has none. */
static bool find_line(struct memo *k, struct span name, uint64_t hash, struct span *text)
{
    hash = shorten(hash);
    struct span there;
    if (k->slot_count == 0)
        return false;
    for (size_t i = (size_t)hash & (k->slot_count - 1); k->slots[i] != 0;
         i = (i + 1) & (k->slot_count - 1))
        if (k->slots[i] >> OFFSET_BITS == hash &&
            read_line(k, (k->slots[i] & OFFSET_MASK) - 1, &there, text) && span_equal(there, name))
            return true;
    return false;
}

static void add_line(struct memo *k, struct span name, uint64_t hash, struct span text)
{
    uint64_t offset = k->written + k->unwritten.n;
    hash = shorten(hash);
    if (k->failed || offset >= OFFSET_MASK)
        return;
    if (4 * k->line_count >= 3 * k->slot_count)
        grow_slots(k);
    k->line_count++;
    *free_slot(k, hash) = hash << OFFSET_BITS | (offset + 1);
    buf_add_span(&k->unwritten, name);
    buf_add_char(&k->unwritten, '\t');
    buf_add_span(&k->unwritten, text);
    buf_add_char(&k->unwritten, '\n');
    if (k->unwritten.n >= BLOCK)
        write_block(k);
}

void memo_add_text(struct memo *k, struct span name, struct span text)
{
    add_line(k, name, table_hash(name), text);
}

static void put_away(struct memo *k, void *item)
{
    const struct memo_item *i = item;
    if (!i->saved) {
        buf_empty(&k->text);
        k->kind->save(item, &k->text);
        add_line(k, i->name, i->hash, buf_span(&k->text));
    }
    k->kind->free(item);
}

static void add_young(struct memo *k, void *item)
{
    const struct memo_item *i = item;
    table_set_hashed(&k->young, i->name, i->hash, item);
}

static void grow_older(struct memo *k)
{
    struct table old = k->old, young = k->spare;
    k->old = k->young;
    k->young = young;
    for (size_t i = 0; i < old.capacity; i++) {
        const struct table_slot *slot = &old.slots[i];
        void *item = slot->value;
        if (item == NULL || table_get_hashed(&k->old, slot->key, slot->hash) == item)
            continue;
        if (k->kind->idle(item))
            put_away(k, item);
        else
            add_young(k, item);
    }
    table_empty(&old);
    k->spare = old;
    k->limit = k->young.count + k->most / 2; /* those that are not idle do not count */
}

static void add(struct memo *k, void *item, uint64_t hash)
{
    struct memo_item *i = item;
    i->hash = hash;
    if (k->young.count >= k->limit)
        grow_older(k);
    add_young(k, item);
}

void memo_add(struct memo *k, void *item)
{
    const struct memo_item *i = item;
    add(k, item, table_hash(i->name));
}

void *memo_find(struct memo *k, struct span name)
{
    struct span text;
    uint64_t hash = table_hash(name);
    void *item = table_get_hashed(&k->young, name, hash);
    if (item != NULL)
        return item;
    item = table_get_hashed(&k->old, name, hash);
    if (item != NULL) {
        add_young(k, item);
    } else if (find_line(k, name, hash, &text)) {
        struct memo_item *loaded = item = k->kind->load(name, text);
        if (loaded != NULL) {
            loaded->saved = true;
            add(k, item, hash);
        }
    }
    return item;
}

static void visit_table(const struct memo *k, const struct table *t, memo_visit *visit,
                        void *context)
{
    for (size_t i = 0; i < t->capacity; i++) {
        const void *item = t->slots[i].value;
        struct buf text = {0};
        if (item == NULL || !k->kind->idle(item) ||
            (t == &k->old && table_get(&k->young, t->slots[i].key) == item))
            continue;
        k->kind->save(item, &text);
        visit(context, t->slots[i].key, buf_span(&text));
        buf_clear(&text);
    }
}

void memo_each(struct memo *k, memo_visit *visit, void *context)
{
    struct span name, text;
    for (size_t i = 0; i < k->slot_count; i++)
        if (k->slots[i] != 0 && read_line(k, (k->slots[i] & OFFSET_MASK) - 1, &name, &text) &&
            table_get(&k->young, name) == NULL && table_get(&k->old, name) == NULL)
            visit(context, name, text);
    visit_table(k, &k->young, visit, context);
    visit_table(k, &k->old, visit, context);
}

void memo_free(struct memo *k)
{
    for (size_t i = 0; i < k->old.capacity; i++)
        if (k->old.slots[i].value != NULL &&
            table_get(&k->young, k->old.slots[i].key) != k->old.slots[i].value)
            k->kind->free(k->old.slots[i].value);
    for (size_t i = 0; i < k->young.capacity; i++)
        if (k->young.slots[i].value != NULL)
            k->kind->free(k->young.slots[i].value);
    table_clear(&k->young);
    table_clear(&k->old);
    table_clear(&k->spare);
    buf_clear(&k->unwritten);
    buf_clear(&k->line);
    buf_clear(&k->text);
    free(k->slots);
    if (k->fd >= 0)
        close(k->fd);
    free(k);
}
