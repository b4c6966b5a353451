#include "quarantine/batch.h"

#include "base/escape.h"
#include "base/mem.h"
#include "store/canonical.h"

#include <stdlib.h>

enum { ROWS_MOST = 65536, BYTES_MOST = 8 * 1024 * 1024, WORTH_A_THREAD = 8192 };

void batch_add(struct batch *g, struct stream *s)
{
    if (g->count == g->capacity)
        g->rows = mem_grow(g->rows, &g->capacity, g->count + 1, sizeof *g->rows);
    struct batch_row *row = &g->rows[g->count++];
    *row = (struct batch_row){.line = g->lines.n, .key = g->keys.n};
    buf_add_span(&g->lines, stream_line(s));
    row->line_length = g->lines.n - row->line;
    if (canonical_address(stream_key(s), &g->address))
        escape_text(&g->keys, buf_span(&g->address));
    row->key_length = g->keys.n - row->key;
}

bool batch_is_full(const struct batch *g)
{
    return g->count >= ROWS_MOST || g->lines.n >= BYTES_MOST;
}

struct span batch_line(const struct batch *g, size_t row)
{
    return span_make(g->lines.p + g->rows[row].line, g->rows[row].line_length);
}

bool batch_has_address(const struct batch *g, size_t row)
{
    return g->requests[row].key.n > 0;
}

static void *look_up(void *group)
{
    struct batch *g = group;
    g->status = store_look_up(g->store, g->requests, g->count);
    return NULL;
}

void batch_start(struct batch *g, struct store *b)
{
    g->requests = mem_grow(g->requests, &g->request_capacity, g->count, sizeof *g->requests);
    for (size_t i = 0; i < g->count; i++)
        g->requests[i] =
            (struct request){.key = span_make(g->keys.p + g->rows[i].key, g->rows[i].key_length)};
    g->store = b;
    g->has_thread = g->count >= WORTH_A_THREAD && pthread_create(&g->thread, NULL, look_up, g) == 0;
    if (!g->has_thread)
        look_up(g);
}

int batch_wait(struct batch *g)
{
    if (g->has_thread)
        pthread_join(g->thread, NULL);
    int status = g->status;
    g->has_thread = false;
    g->status = 0;
    return status;
}

int batch_look_up(struct batch *g, struct store *b)
{
    batch_start(g, b);
    return batch_wait(g);
}

void batch_empty(struct batch *g)
{
    buf_empty(&g->lines);
    buf_empty(&g->keys);
    g->count = 0;
}

void batch_clear(struct batch *g)
{
    buf_clear(&g->lines);
    buf_clear(&g->keys);
    buf_clear(&g->address);
    free(g->rows);
    free(g->requests);
}
