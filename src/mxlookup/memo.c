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
 * Items in memory are of two ages. An item that is found becomes young. When there are too many
 * young items, the idle old ones are saved to the file and freed, and the young ones become old.
 */
struct memo {
    const struct memo_kind *kind;
    size_t most;
    size_t limit;            /* of young items, until the next move */
    struct table young, old; /* an item that was found may be in both */
    struct table spare;      /* empty, but with room for the next young ones */
    int fd;                  /* of the file, which has lines NAME TAB TEXT; -1: not needed yet */
    bool failed;             /* the file cannot be written: items that leave memory are forgotten */
    struct buf unwritten;
    uint64_t written; /* bytes in the file */
    /*
     * Where the lines are in the file, by open addressing: 28 bits of the name's hash, then the
     * offset + 1; 0: a free slot. So a slot is 8 bytes, and a line whose 28 bits differ from those
     * of the name is not read.
     */
    uint64_t *slots;
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
    struct memo *m = mem_new(1, sizeof *m);
    m->kind = kind;
    m->most = most;
    m->limit = most / 2;
    m->fd = -1;
    return m;
}

/* The 28 bits that a slot holds. */
static uint64_t slot_hash(uint64_t hash)
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

static void fail(struct memo *m)
{
    if (!m->failed)
        err_errno("cannot write to TMPDIR; some domains may be looked up again");
    m->failed = true;
}

static void write_block(struct memo *m)
{
    struct span bytes = buf_span(&m->unwritten);
    if (m->fd < 0)
        m->fd = open_file();
    while (bytes.n > 0 && !m->failed) {
        ssize_t n = m->fd < 0 ? -1 : write(m->fd, bytes.p, bytes.n);
        if (n < 0 && (m->fd < 0 || errno != EINTR))
            fail(m);
        else if (n > 0)
            bytes = span_make(bytes.p + n, bytes.n - (size_t)n);
    }
    m->written += m->unwritten.n;
    buf_empty(&m->unwritten);
}

static uint64_t *free_slot(struct memo *m, uint64_t hash)
{
    size_t i = (size_t)hash & (m->slot_count - 1);
    while (m->slots[i] != 0)
        i = (i + 1) & (m->slot_count - 1);
    return &m->slots[i];
}

/* Both spans point into m->line, until the next call. False if the line cannot be read. */
static bool read_line(struct memo *m, uint64_t offset, struct span *name, struct span *text)
{
    const char *lf = NULL;
    buf_empty(&m->line);
    if (m->unwritten.n > 0 && offset >= m->written)
        write_block(m);
    while (lf == NULL && !m->failed) {
        enum { PIECE = 1024 };
        ssize_t n = pread(m->fd, buf_room(&m->line, PIECE), PIECE, (off_t)(offset + m->line.n));
        if (n <= 0)
            return false;
        lf = memchr(m->line.p + m->line.n, '\n', (size_t)n);
        m->line.n += (size_t)n;
    }
    const char *tab = lf != NULL ? memchr(m->line.p, '\t', (size_t)(lf - m->line.p)) : NULL;
    if (tab == NULL)
        return false;
    *name = span_make(m->line.p, (size_t)(tab - m->line.p));
    *text = span_make(tab + 1, (size_t)(lf - tab) - 1);
    return true;
}

static void grow_slots(struct memo *m)
{
    uint64_t *old = m->slots;
    size_t count = m->slot_count;
    m->slot_count = count > 0 ? 2 * count : FIRST_SLOTS;
    m->slots = mem_new(m->slot_count, sizeof *m->slots);
    for (size_t i = 0; i < count; i++)
        if (old[i] != 0)
            *free_slot(m, old[i] >> OFFSET_BITS) = old[i];
    free(old);
}

/* Finds the latest line of a name; false if the file has no such line. */
static bool find_line(struct memo *m, struct span name, uint64_t hash, struct span *text)
{
    hash = slot_hash(hash);
    struct span there;
    uint64_t latest = 0, read = 0; /* offsets + 1 */
    if (m->slot_count == 0)
        return false;
    for (size_t i = (size_t)hash & (m->slot_count - 1); m->slots[i] != 0;
         i = (i + 1) & (m->slot_count - 1)) {
        uint64_t offset = m->slots[i] & OFFSET_MASK;
        if (m->slots[i] >> OFFSET_BITS != hash || offset < latest)
            continue;
        read = offset;
        if (read_line(m, read - 1, &there, text) && span_equal(there, name))
            latest = read;
    }
    return latest > 0 && (latest == read || read_line(m, latest - 1, &there, text));
}

static void add_line(struct memo *m, struct span name, uint64_t hash, struct span text)
{
    uint64_t offset = m->written + m->unwritten.n;
    hash = slot_hash(hash);
    if (m->failed || offset >= OFFSET_MASK)
        return;
    if (4 * m->line_count >= 3 * m->slot_count)
        grow_slots(m);
    m->line_count++;
    *free_slot(m, hash) = hash << OFFSET_BITS | (offset + 1);
    buf_add_span(&m->unwritten, name);
    buf_add_char(&m->unwritten, '\t');
    buf_add_span(&m->unwritten, text);
    buf_add_char(&m->unwritten, '\n');
    if (m->unwritten.n >= BLOCK)
        write_block(m);
}

void memo_add_text(struct memo *m, struct span name, struct span text)
{
    add_line(m, name, table_hash(name), text);
}

static void save_and_free(struct memo *m, void *item)
{
    const struct memo_item *i = item;
    if (!i->saved) {
        buf_empty(&m->text);
        m->kind->save(item, &m->text);
        add_line(m, i->name, i->hash, buf_span(&m->text));
    }
    m->kind->free(item);
}

static void add_young(struct memo *m, void *item)
{
    const struct memo_item *i = item;
    table_set_hashed(&m->young, i->name, i->hash, item);
}

static void make_young_old(struct memo *m)
{
    struct table old = m->old, young = m->spare;
    m->old = m->young;
    m->young = young;
    for (size_t i = 0; i < old.capacity; i++) {
        const struct table_slot *slot = &old.slots[i];
        void *item = slot->value;
        if (item == NULL || table_get_hashed(&m->old, slot->key, slot->hash) == item)
            continue;
        if (m->kind->idle(item))
            save_and_free(m, item);
        else
            add_young(m, item);
    }
    table_empty(&old);
    m->spare = old;
    m->limit = m->young.count + m->most / 2; /* items that are not idle do not count */
}

static void add(struct memo *m, void *item, uint64_t hash)
{
    struct memo_item *i = item;
    i->hash = hash;
    if (m->young.count >= m->limit)
        make_young_old(m);
    add_young(m, item);
}

void memo_add(struct memo *m, void *item)
{
    const struct memo_item *i = item;
    add(m, item, table_hash(i->name));
}

void *memo_find(struct memo *m, struct span name)
{
    struct span text;
    uint64_t hash = table_hash(name);
    void *item = table_get_hashed(&m->young, name, hash);
    if (item != NULL)
        return item;
    item = table_get_hashed(&m->old, name, hash);
    if (item != NULL) {
        add_young(m, item);
    } else if (find_line(m, name, hash, &text)) {
        struct memo_item *loaded = item = m->kind->load(name, text);
        if (loaded != NULL) {
            loaded->saved = true;
            add(m, item, hash);
        }
    }
    return item;
}

static void visit_table(const struct memo *m, const struct table *t, memo_visit *visit,
                        void *context)
{
    for (size_t i = 0; i < t->capacity; i++) {
        const void *item = t->slots[i].value;
        struct buf text = {0};
        if (item == NULL || !m->kind->idle(item) ||
            (t == &m->old && table_get(&m->young, t->slots[i].key) == item))
            continue;
        m->kind->save(item, &text);
        visit(context, t->slots[i].key, buf_span(&text));
        buf_clear(&text);
    }
}

void memo_each(struct memo *m, memo_visit *visit, void *context)
{
    struct span name, text;
    for (size_t i = 0; i < m->slot_count; i++)
        if (m->slots[i] != 0 && read_line(m, (m->slots[i] & OFFSET_MASK) - 1, &name, &text) &&
            table_get(&m->young, name) == NULL && table_get(&m->old, name) == NULL)
            visit(context, name, text);
    visit_table(m, &m->young, visit, context);
    visit_table(m, &m->old, visit, context);
}

void memo_free(struct memo *m)
{
    for (size_t i = 0; i < m->old.capacity; i++)
        if (m->old.slots[i].value != NULL &&
            table_get(&m->young, m->old.slots[i].key) != m->old.slots[i].value)
            m->kind->free(m->old.slots[i].value);
    for (size_t i = 0; i < m->young.capacity; i++)
        if (m->young.slots[i].value != NULL)
            m->kind->free(m->young.slots[i].value);
    table_clear(&m->young);
    table_clear(&m->old);
    table_clear(&m->spare);
    buf_clear(&m->unwritten);
    buf_clear(&m->line);
    buf_clear(&m->text);
    free(m->slots);
    if (m->fd >= 0)
        close(m->fd);
    free(m);
}
