#include "bounceclass/memo.h"

#include "base/crc32c.h"
#include "base/mem.h"

#include <stdlib.h>

void memo_init(struct memo *m)
{
    *m = (struct memo){.slots = mem_new(MEMO_SLOTS, sizeof *m->slots)};
    (void)crc32c(span_make("", 0)); /* its first call must be over before threads start */
}

/* Joins the failure to one key. The lengths keep the columns apart. */
static void make_key(struct buf *key, const struct failure *f)
{
    const size_t lengths[] = {f->code.n, f->status.n, f->host.n};
    buf_empty(key);
    buf_add(key, lengths, sizeof lengths);
    buf_add_span(key, f->code);
    buf_add_span(key, f->status);
    buf_add_span(key, f->host);
    buf_add_span(key, f->text);
}

bool memo_find(struct memo *m, const struct failure *f, struct verdict *v)
{
    m->place = NULL;
    if (f->text.n + f->code.n + f->status.n + f->host.n > MEMO_LONGEST)
        return false;
    make_key(&m->sought, f);
    m->place = &m->slots[crc32c(buf_span(&m->sought)) % MEMO_SLOTS];
    if (!span_equal(buf_span(&m->place->key), buf_span(&m->sought)))
        return false;
    *v = m->place->verdict;
    return true;
}

void memo_keep(struct memo *m, const struct verdict *v)
{
    if (m->place == NULL)
        return;
    const struct buf old = m->place->key;
    *m->place = (struct memo_slot){m->sought, *v};
    m->sought = old; /* its memory is for the next key */
    m->place = NULL;
}

void memo_clear(struct memo *m)
{
    for (size_t i = 0; i < MEMO_SLOTS; i++)
        buf_clear(&m->slots[i].key);
    free(m->slots);
    buf_clear(&m->sought);
    *m = (struct memo){0};
}
