#include "quarantine/batch.h"

#include "base/mem.h"

#include <stdlib.h>

enum {
    ROWS_MOST = 65536,
    BYTES_MOST = 8 * 1024 * 1024,
    WORTH_A_THREAD = 8192, /* rows */
};

static void add_line(struct batch *b, struct span line)
{
    if (b->count == b->capacity)
        b->ends = mem_grow(b->ends, &b->capacity, b->count + 1, sizeof *b->ends);
    buf_add_span(&b->lines, line);
    b->ends[b->count++] = b->lines.n;
}

bool batch_add_address(struct batch *b, struct stream *s)
{
    if (!states_ask(&b->states, stream_key(s)))
        return false;
    add_line(b, stream_line(s));
    return true;
}

bool batch_add(struct batch *b, struct stream *s)
{
    if (batch_add_address(b, s))
        return true;
    states_ask_nothing(&b->states);
    add_line(b, stream_line(s));
    return false;
}

bool batch_is_full(const struct batch *b)
{
    return b->count >= ROWS_MOST || b->lines.n >= BYTES_MOST;
}

struct span batch_line(const struct batch *b, size_t row)
{
    size_t start = row > 0 ? b->ends[row - 1] : 0;
    return span_make(b->lines.p + start, b->ends[row] - start);
}

static int look_up(void *batch)
{
    struct batch *b = batch;
    return states_look_up(&b->states, b->store);
}

void batch_start(struct batch *b, struct store *s)
{
    b->store = s;
    task_start(&b->look_up, look_up, b, b->count >= WORTH_A_THREAD);
}

int batch_wait(struct batch *b)
{
    return task_wait(&b->look_up);
}

int batch_look_up(struct batch *b, struct store *s)
{
    batch_start(b, s);
    return batch_wait(b);
}

void batch_empty(struct batch *b)
{
    buf_empty(&b->lines);
    states_empty(&b->states);
    b->count = 0;
}

void batch_clear(struct batch *b)
{
    buf_clear(&b->lines);
    free(b->ends);
    states_clear(&b->states);
}
