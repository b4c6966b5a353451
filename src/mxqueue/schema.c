#include "mxqueue/schema.h"

#include "base/hash.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct schema *schema_new(struct span name, struct span line)
{
    struct schema *s = mem_new(1, sizeof *s);
    memcpy(s->name, name.p, name.n < ROW_SCHEMA ? name.n : ROW_SCHEMA);
    buf_add_span(&s->line, line);
    record_split(&s->columns, buf_span(&s->line));
    return s;
}

void schema_free(struct schema *s)
{
    record_clear(&s->columns);
    buf_clear(&s->line);
    free(s);
}

void schema_name(struct span line, char name[ROW_SCHEMA + 1])
{
    snprintf(name, ROW_SCHEMA + 1, "%016" PRIx64, hash_more(HASH_START, line));
}

bool schema_find(const struct schema *s, struct span column, size_t *place)
{
    for (size_t i = 0; i < s->columns.count; i++)
        if (span_equal(s->columns.fields[i], column)) {
            *place = i;
            return true;
        }
    return false;
}

bool schema_has_twice(const struct schema *s, struct span *column)
{
    struct table names = {0};
    bool twice = false;
    for (size_t i = 0; !twice && i < s->columns.count; i++) {
        *column = s->columns.fields[i];
        twice = table_get(&names, *column) != NULL;
        table_set(&names, *column, &names);
    }
    table_clear(&names);
    return twice;
}

void schema_join(const struct schema *first, const struct schema *second, struct buf *out)
{
    schema_join_lines(first, buf_span(&first->line), second, buf_span(&second->line), out);
}

void schema_join_lines(const struct schema *first, struct span first_line,
                       const struct schema *second, struct span second_line, struct buf *out)
{
    struct record fields = {0};
    size_t place;
    record_split(&fields, second_line);
    buf_add_span(out, first_line);
    for (size_t i = 0; i < fields.count && i < second->columns.count; i++) {
        if (schema_find(first, second->columns.fields[i], &place))
            continue;
        buf_add_char(out, '\t');
        buf_add_span(out, fields.fields[i]);
    }
    record_clear(&fields);
}
