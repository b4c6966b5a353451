#include "mxqueue/sheet.h"

#include "base/escape.h"
#include "base/mem.h"

#include <stdlib.h>

enum { NONE = -1 };

/* Where a column of the sheet comes from, for rows of one schema. */
struct source {
    int field; /* of the row, or NONE */
    int own;   /* of the tool's columns, or NONE */
};

struct sheet_plan {
    const struct schema *schema;
    struct source *sources; /* one for each column of the sheet, set by make_plan() */
    bool plain; /* the row's fields are the sheet's first columns, and none of them is the tool's */
};

static void split_header(struct sheet *s)
{
    record_split(&s->columns, buf_span(&s->header));
    if (s->header.n == 0)
        s->columns.count = 0;
}

static bool has_column(const struct sheet *s, struct span name)
{
    for (size_t i = 0; i < s->columns.count; i++)
        if (span_equal(s->columns.fields[i], name))
            return true;
    return false;
}

static void add_column(struct sheet *s, struct span name)
{
    if (has_column(s, name))
        return;
    if (s->header.n > 0)
        buf_add_char(&s->header, '\t');
    buf_add_span(&s->header, name);
    split_header(s);
}

void sheet_add(struct sheet *s, struct schema *schema)
{
    if (schema->place > 0)
        return;
    s->plans = mem_grow(s->plans, &s->capacity, s->plan_count + 1, sizeof *s->plans);
    s->plans[s->plan_count++] = (struct sheet_plan){.schema = schema};
    schema->place = s->plan_count;
    for (size_t i = 0; i < schema->columns.count; i++)
        add_column(s, schema->columns.fields[i]);
}

static int find_own(const struct sheet *s, struct span name)
{
    for (int i = 0; s->own[i] != NULL; i++)
        if (span_is(name, s->own[i]))
            return i;
    return NONE;
}

static void make_plan(const struct sheet *s, struct sheet_plan *plan)
{
    plan->sources = mem_new(s->columns.count, sizeof *plan->sources);
    plan->plain = true;
    for (size_t i = 0; i < s->columns.count; i++) {
        size_t place;
        bool has = schema_find(plan->schema, s->columns.fields[i], &place);
        plan->sources[i] =
            (struct source){has ? (int)place : NONE, find_own(s, s->columns.fields[i])};
        if (i < plan->schema->columns.count)
            plan->plain = plan->plain && has && place == i && plan->sources[i].own == NONE;
    }
}

void sheet_write_header(struct sheet *s, const char *const *own, struct writer *out, bool wanted)
{
    s->own = own;
    for (size_t i = 0; own[i] != NULL; i++)
        add_column(s, span_of(own[i]));
    for (size_t i = 0; i < s->plan_count; i++)
        make_plan(s, &s->plans[i]);
    if (!wanted)
        return;
    buf_add_span(writer_line(out), buf_span(&s->header));
    writer_end_line(out);
}

static void add_field(const struct sheet *s, struct source source, const struct span *own,
                      struct buf *out)
{
    if (source.own != NONE && (own[source.own].n > 0 || source.field == NONE))
        escape_field(out, own[source.own]);
    else if (source.field != NONE)
        buf_add_span(out, s->fields.fields[source.field]);
    else
        buf_add_char(out, '-');
}

static size_t count_fields(struct span line)
{
    size_t n = 1;
    for (const char *p = line.p; line.n > 0 && (p = memchr(p, '\t', line.n - (size_t)(p - line.p)));
         p++)
        n++;
    return n;
}

bool sheet_write(struct sheet *s, const struct schema *schema, struct span line,
                 const struct span *own, struct writer *writer)
{
    const struct sheet_plan *plan = &s->plans[schema->place - 1];
    struct buf *out = writer_line(writer);
    size_t first = 0;
    if (count_fields(line) != schema->columns.count)
        return false;
    if (plan->plain) {
        buf_add_span(out, line);
        first = schema->columns.count;
    } else {
        record_split(&s->fields, line);
    }
    for (size_t i = first; i < s->columns.count; i++) {
        if (i > 0)
            buf_add_char(out, '\t');
        add_field(s, plan->sources[i], own, out);
    }
    writer_end_line(writer);
    return true;
}

void sheet_clear(struct sheet *s)
{
    for (size_t i = 0; i < s->plan_count; i++)
        free(s->plans[i].sources);
    free(s->plans);
    record_clear(&s->columns);
    record_clear(&s->fields);
    buf_clear(&s->header);
    *s = (struct sheet){0};
}
