#include "quarantine/batch.h"

#include "base/escape.h"
#include "base/mem.h"
#include "store/canonical.h"

#include <stdlib.h>

enum {
    ROWS_MOST = 65536,
    BYTES_MOST = 8 * 1024 * 1024,
    WORTH_A_THREAD = 8192, /* rows */
};

static void add(struct batch *b, struct span line, struct span key)
{
    if (b->count == b->capacity)
        b->rows = mem_grow(b->rows, &b->capacity, b->count + 1, sizeof *b->rows);
    struct batch_row *row = &b->rows[b->count++];
    *row = (struct batch_row){.line = b->lines.n, .line_length = line.n, .key = b->keys.n};
    buf_add_span(&b->lines, line);
    escape_text(&b->keys, key);
    row->key_length = b->keys.n - row->key;
}

bool batch_add_address(struct batch *b, struct stream *s)
{
    if (!canonical_address(stream_key(s), &b->address))
        return false;
    add(b, stream_line(s), buf_span(&b->address));
    return true;
}

void batch_add(struct batch *b, struct stream *s)
{
    if (!batch_add_address(b, s))
        add(b, stream_line(s), span_make(NULL, 0));
}

bool batch_is_full(const struct batch *b)
{
    return b->count >= ROWS_MOST || b->lines.n >= BYTES_MOST;
}

struct span batch_line(const struct batch *b, size_t row)
{
    return span_make(b->lines.p + b->rows[row].line, b->rows[row].line_length);
}

bool batch_has_address(const struct batch *b, size_t row)
{
    return b->requests[row].key.n > 0;
}

static void *look_up(void *batch)
{
    struct batch *b = batch;
    b->status = store_look_up(b->store, b->requests, b->count);
    if (b->status == 0 && b->with_domains)
        b->status = domain_entries_look_up(&b->domains, b->store);
    return NULL;
}

void batch_start(struct batch *b, struct store *s)
{
    b->requests = mem_grow(b->requests, &b->request_capacity, b->count, sizeof *b->requests);
    for (size_t i = 0; i < b->count; i++)
        b->requests[i] =
            (struct request){.key = span_make(b->keys.p + b->rows[i].key, b->rows[i].key_length)};
    for (size_t i = 0; b->with_domains && i < b->count; i++)
        domain_entries_ask(&b->domains, b->requests[i].key);
    b->store = s;
    b->has_thread = b->count >= WORTH_A_THREAD && pthread_create(&b->thread, NULL, look_up, b) == 0;
    if (!b->has_thread)
        look_up(b);
}

int batch_wait(struct batch *b)
{
    if (b->has_thread)
        pthread_join(b->thread, NULL);
    int status = b->status;
    b->has_thread = false;
    b->status = 0;
    return status;
}

int batch_state(const struct batch *b, struct store *s, size_t row, int64_t now_s,
                enum entry_state *state)
{
    int status = store_found_state(s, &b->requests[row], now_s, state);
    if (status != 0 || !b->with_domains)
        return status;
    return domain_entries_apply(&b->domains, s, b->requests[row].key, now_s, state);
}

int batch_look_up(struct batch *b, struct store *s)
{
    batch_start(b, s);
    return batch_wait(b);
}

void batch_empty(struct batch *b)
{
    buf_empty(&b->lines);
    buf_empty(&b->keys);
    domain_entries_empty(&b->domains);
    b->count = 0;
}

void batch_clear(struct batch *b)
{
    buf_clear(&b->lines);
    buf_clear(&b->keys);
    buf_clear(&b->address);
    domain_entries_clear(&b->domains);
    free(b->rows);
    free(b->requests);
}
