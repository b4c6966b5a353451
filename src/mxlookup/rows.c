#include "rows.h"

#include "mem.h"

#include <stdlib.h>

bool rows_full(const struct rows *r)
{
    return r->count == ROWS || r->bytes >= ROWS_BYTES;
}

void rows_add(struct rows *r, struct span line, const struct domain *domain)
{
    struct row *row = &r->ring[(r->first + r->count++) % ROWS];
    *row = (struct row){mem_copy(line.p, line.n), line.n, domain};
    r->bytes += line.n;
}

const struct row *rows_ready(const struct rows *r)
{
    const struct row *row = &r->ring[r->first];
    return r->count > 0 && (row->domain == NULL || row->domain->done) ? row : NULL;
}

void rows_drop(struct rows *r)
{
    struct row *row = &r->ring[r->first];
    r->bytes -= row->length;
    free(row->line);
    r->first = (r->first + 1) % ROWS;
    r->count--;
}
