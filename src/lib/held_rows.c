#include "lib/held_rows.h"

#include "base/mem.h"

#include <stdlib.h>

void held_rows_add(struct held_rows *h, const struct held_row *row)
{
    if (h->count == h->capacity)
        h->rows = mem_grow(h->rows, &h->capacity, h->count + 16, sizeof *h->rows);
    h->rows[h->count++] = *row;
    buf_add_span(&h->bytes, row->line);
    buf_add_span(&h->bytes, row->raw);
}

bool held_rows_is_full(const struct held_rows *h)
{
    return h->count >= HELD_ROWS_MOST || h->bytes.n >= HELD_ROWS_BYTES;
}

bool held_rows_next(struct held_rows *h, struct held_row *row)
{
    if (h->next == h->count)
        return false;
    *row = h->rows[h->next++];
    row->line.p = h->bytes.p + h->next_byte;
    row->raw.p = row->line.p + row->line.n;
    h->next_byte += row->line.n + row->raw.n;
    return true;
}

void held_rows_clear(struct held_rows *h)
{
    free(h->rows);
    buf_clear(&h->bytes);
    *h = (struct held_rows){0};
}
