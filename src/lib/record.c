#include "lib/record.h"

#include "base/mem.h"

#include <stdlib.h>

/* Takes the first field and its TAB off `rest`. After the last field, rest->p is NULL. */
static struct span cut_field(struct span *rest)
{
    const char *tab = rest->n > 0 ? memchr(rest->p, '\t', rest->n) : NULL;
    struct span field = span_make(rest->p, tab != NULL ? (size_t)(tab - rest->p) : rest->n);
    *rest = tab != NULL ? span_make(tab + 1, rest->n - field.n - 1) : span_make(NULL, 0);
    return field;
}

void record_split(struct record *r, struct span line)
{
    struct span rest = line;
    r->line = line;
    r->count = 0;
    do {
        if (r->count == r->capacity)
            r->fields = mem_grow(r->fields, &r->capacity, r->count + 16, sizeof *r->fields);
        r->fields[r->count++] = cut_field(&rest);
    } while (rest.p != NULL);
}

void record_clear(struct record *r)
{
    free(r->fields);
    *r = (struct record){0};
}

size_t record_cut(struct span line, struct span *fields, size_t most)
{
    size_t count = 0;
    do
        fields[count++] = cut_field(&line);
    while (line.p != NULL && count < most);
    return count;
}

struct span record_field(struct span line, size_t index)
{
    struct span field = cut_field(&line);
    for (; index > 0 && line.p != NULL; index--)
        field = cut_field(&line);
    return index == 0 ? field : span_make(NULL, 0);
}
