#include "lib/columns.h"

#include "base/mem.h"

#include <stdlib.h>

/* The order of `keys` counts, not that of the fields. */
static int find_key(const struct record *r, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        for (size_t i = 0; i < r->count; i++)
            if (span_is(r->fields[i], *keys))
                return (int)i;
    return COLUMN_NONE;
}

/* The columns take over the bytes of `text`, which is the header line. */
static void set_names(struct columns *c, struct buf *text, const char *const *keys)
{
    struct record r = {0};
    record_split(&r, buf_span(text));
    int key = find_key(&r, keys);
    *c = (struct columns){
        .names = r.fields, .count = r.count, .text = text->p, .text_length = text->n};
    c->key = key == COLUMN_NONE ? 0 : (size_t)key;
}

/* Takes the next name off a comma-separated list. Returns the empty span at its end. */
static struct span next_given(const char **given)
{
    if (*given == NULL)
        return span_make(NULL, 0);
    struct span name = span_make(*given, strcspn(*given, ","));
    *given += name.n + ((*given)[name.n] == ',');
    return name;
}

static void generate_header(struct buf *text, size_t count, const char *key, const char *given)
{
    for (size_t i = 0; i < count; i++) {
        struct span name = next_given(&given);
        if (i > 0)
            buf_add_char(text, '\t');
        if (name.n > 0)
            buf_add_span(text, name);
        else if (i == 0)
            buf_add_string(text, key);
        else
            buf_format(text, "c%zu", i + 1);
    }
}

bool columns_from_first(struct columns *c, const struct record *first, const char *const *keys,
                        const char *given)
{
    struct buf text = {0};
    bool header = find_key(first, keys) != COLUMN_NONE;
    if (header)
        buf_add_span(&text, first->line);
    else
        generate_header(&text, first->count, keys[0], given);
    set_names(c, &text, keys);
    return header;
}

int columns_find(const struct columns *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (span_is(c->names[i], name))
            return (int)i;
    return COLUMN_NONE;
}

void columns_clear(struct columns *c)
{
    free(c->names);
    free(c->text);
    *c = (struct columns){0};
}
