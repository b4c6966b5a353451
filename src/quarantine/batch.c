#include "quarantine/batch.h"

#include "store/canonical.h"
#include "base/escape.h"
#include "base/mem.h"

#include <stdlib.h>

enum { ROWS_MOST = 65536, BYTES_MOST = 8 * 1024 * 1024, WORTH_A_THREAD = 8192 };

void group_add(struct group *g, struct stream *s)
{
    if (g->count == g->capacity)
        g->rows = mem_grow(g->rows, &g->capacity, g->count + 1, sizeof *g->rows);
    struct group_row *row = &g->rows[g->count++];
    *row = (struct group_row){.line = g->lines.n, .key = g->keys.n};
    buf_add_span(&g->lines, stream_line(s));
    row->line_length = g->lines.n - row->line;
    if (canonical_address(stream_key(s), &g->address))
        escape_text(&g->keys, buf_span(&g->address));
    row->key_length = g->keys.n - row->key;
}

bool group_is_full(const struct group *g)
{
    return g->count >= ROWS_MOST || g->lines.n >= BYTES_MOST;
}

struct span group_line(const struct group *g, size_t row)
{
    return span_make(g->lines.p + g->rows[row].line, g->rows[row].line_length);
}

bool group_has_address(const struct group *g, size_t row)
{
    return g->wants[row].key.n > 0;
}

static void *look_up(void *group)
{
    struct group *g = group;
    g->status = book_look_up(g->book, g->wants, g->count);
    return NULL;
}

void group_start(struct group *g, struct book *b)
{
    g->wants = mem_grow(g->wants, &g->wants_capacity, g->count, sizeof *g->wants);
    for (size_t i = 0; i < g->count; i++)
        g->wants[i] =
            (struct wanted){.key = span_make(g->keys.p + g->rows[i].key, g->rows[i].key_length)};
    g->book = b;
    g->has_thread = g->count >= WORTH_A_THREAD && pthread_create(&g->thread, NULL, look_up, g) == 0;
    if (!g->has_thread)
        look_up(g);
}

int group_wait(struct group *g)
{
    if (g->has_thread)
        pthread_join(g->thread, NULL);
    int status = g->status;
    g->has_thread = false;
    g->status = 0;
    return status;
}

int group_look_up(struct group *g, struct book *b)
{
    group_start(g, b);
    return group_wait(g);
}

void group_clear(struct group *g)
{
    buf_clear(&g->lines);
    buf_clear(&g->keys);
    g->count = 0;
}

void group_free(struct group *g)
{
    buf_free(&g->lines);
    buf_free(&g->keys);
    buf_free(&g->address);
    free(g->rows);
    free(g->wants);
}
