/* What a run has learned by name: nothing is forgotten, whatever leaves memory. */
#include "mxlookup/memo.h"

#include "base/mem.h"
#include "base/table.h"

#include "tap.h"

#include <stdlib.h>

/* An item whose text is its name and a number. */
struct thing {
    struct memo_item item;
    int number;
    bool busy;
};

static bool is_idle(const void *item)
{
    return !((const struct thing *)item)->busy;
}

static void save(const void *item, struct buf *out)
{
    buf_format(out, "%d", ((const struct thing *)item)->number);
}

static void *load(struct span name, struct span text)
{
    struct thing *t = memo_item_new(sizeof *t, name);
    char *copy = mem_copy(text.p, text.n);
    t->number = atoi(copy);
    free(copy);
    return t;
}

static const struct memo_kind kind = {is_idle, save, load, free};

static struct buf scratch;

static struct span name_of(int i)
{
    buf_empty(&scratch);
    buf_format(&scratch, "d%d.example", i);
    return buf_span(&scratch);
}

static struct thing *add(struct memo *m, int i)
{
    struct thing *t = memo_item_new(sizeof *t, name_of(i));
    t->number = i;
    memo_add(m, t);
    return t;
}

/* How many of the names have their number. */
static int count_known(struct memo *m, int from, int to)
{
    int known = 0;
    for (int i = from; i < to; i++) {
        const struct thing *t = memo_find(m, name_of(i));
        known += t != NULL && t->number == i;
    }
    return known;
}

struct visits {
    int count, wrong;
    char *seen; /* by number */
};

static void visit(void *context, struct span name, struct span text)
{
    struct visits *v = context;
    char *copy = mem_copy(text.p, text.n);
    int number = atoi(copy);
    v->wrong += v->seen[number] || !span_equal(name, name_of(number));
    v->seen[number] = 1;
    v->count++;
    free(copy);
}

static void test_many(void)
{
    enum { COUNT = 20000, BUSY = 500 };
    struct memo *m = memo_new(&kind, 64);
    struct thing *busy[BUSY];
    int moved = 0;
    for (int i = 0; i < BUSY; i++) {
        busy[i] = add(m, i);
        busy[i]->busy = true;
    }
    for (int i = BUSY; i < COUNT; i++)
        add(m, i);
    for (int i = 0; i < BUSY; i++)
        moved += memo_find(m, name_of(i)) != busy[i];
    ok(moved == 0, "items that are not idle stay where they are");
    for (int i = 0; i < BUSY; i++)
        busy[i]->busy = false;
    ok(count_known(m, 0, COUNT) == COUNT, "%d items are known, of which 64 are kept in memory",
       (int)COUNT);
    ok(count_known(m, 0, COUNT) == COUNT, "all items are known a second time");
    ok(count_known(m, COUNT, COUNT + 100) == 0, "other names are not known");
    struct visits v = {.seen = mem_new(COUNT, 1)};
    memo_each(m, visit, &v);
    ok(v.count == COUNT && v.wrong == 0, "each item is visited once (%d visits, %d wrong)", v.count,
       v.wrong);
    free(v.seen);
    memo_free(m);
}

/* A text is found while it waits to be written, alone or after others. */
static void test_text(void)
{
    struct memo *m = memo_new(&kind, 64);
    memo_add_text(m, name_of(1), span_of("1"));
    ok(count_known(m, 1, 2) == 1, "the first text that was added is found at once");
    memo_add_text(m, name_of(2), span_of("2"));
    memo_add_text(m, name_of(3), span_of("3"));
    ok(count_known(m, 1, 4) == 3, "the texts after the first are found at once");
    memo_add_text(m, name_of(4), span_of("4"));
    struct visits v = {.seen = mem_new(10, 1)};
    memo_each(m, visit, &v);
    ok(v.count == 4 && v.wrong == 0, "a text that was read back is visited once (%d visits)",
       v.count);
    free(v.seen);
    memo_free(m);
}

struct hashed {
    uint64_t hash;
    int number;
};

static int by_hash(const void *a, const void *b)
{
    const struct hashed *x = a, *y = b;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* Two of these names have hashes with the same first 28 bits, by which the file is searched. */
static void test_collision(void)
{
    enum { NAMES = 100000 };
    struct hashed *h = mem_new(NAMES, sizeof *h);
    int pairs = 0, wrong = 0;
    for (int i = 0; i < NAMES; i++)
        h[i] = (struct hashed){table_hash(name_of(i)) >> 36, i};
    qsort(h, NAMES, sizeof *h, by_hash);
    for (int i = 1; i < NAMES; i++) {
        if (h[i].hash != h[i - 1].hash)
            continue;
        struct memo *m = memo_new(&kind, 64);
        memo_add_text(m, name_of(h[i].number), span_of("7"));
        wrong += memo_find(m, name_of(h[i - 1].number)) != NULL;
        memo_free(m);
        pairs++;
    }
    ok(pairs > 0 && wrong == 0, "of %d pairs of names whose hashes begin alike, none is mixed up",
       pairs);
    free(h);
}

int main(void)
{
    test_many();
    test_text();
    test_collision();
    buf_clear(&scratch);
    return done();
}
