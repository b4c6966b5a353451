#include "mxlookup/row_queue.h"

#include "base/mem.h"

#include <stdlib.h>

enum { ROWS = 65536, BYTES = 16 * 1024 * 1024 };

bool row_queue_is_full(const struct row_queue *r)
{
    return r->count >= ROWS || r->bytes >= BYTES;
}

void row_queue_push(struct row_queue *r, struct span line, struct domain *domain)
{
    struct row *row = mem_resize(NULL, 1, sizeof *row + line.n);
    *row = (struct row){.domain = domain, .length = line.n};
    memcpy(row->line, line.p, line.n);
    r->count++;
    r->bytes += line.n;
    if (domain != NULL)
        domain->users++;
    if (r->unordered && domain != NULL) {
        row->next = domain->rows;
        domain->rows = row;
        return;
    }
    if (r->last != NULL)
        r->last->next = row;
    else
        r->first = row;
    r->last = row;
}

struct row *row_queue_pop(struct row_queue *r, struct domain *done)
{
    struct row *row = r->unordered && done != NULL ? done->rows : r->first;
    if (row == NULL || (row->domain != NULL && !row->domain->done))
        return NULL;
    if (r->unordered && done != NULL) {
        done->rows = row->next;
        return row;
    }
    r->first = row->next;
    r->last = r->first != NULL ? r->last : NULL;
    return row;
}

void row_queue_free_row(struct row_queue *r, struct row *row)
{
    r->count--;
    r->bytes -= row->length;
    if (row->domain != NULL)
        row->domain->users--;
    free(row);
}
