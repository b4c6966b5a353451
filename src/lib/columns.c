#include "lib/columns.h"

#include "base/escape.h"
#include "base/mem.h"

#include <stdlib.h>

/* What a message shows. */
enum { NAMES_SHOWN = 12, NAME_SHOWN = 30 };

static int find_key(const struct record *r, const struct columns_wanted *wanted)
{
    return wanted->key != NULL ? key_names_find_given(wanted->key, r)
                               : key_names_find(wanted->kind, r);
}

/* The columns take over the bytes of `text`, which is the header line. Returns the place of the key
 * column, or COLUMN_NONE. */
static int set_names(struct columns *c, struct buf *text, const struct columns_wanted *wanted)
{
    struct record r = {0};
    record_split(&r, buf_span(text));
    int key = find_key(&r, wanted);
    *c = (struct columns){
        .names = r.fields, .count = r.count, .text = text->p, .text_length = text->n};
    c->key = key == COLUMN_NONE ? 0 : (size_t)key;
    return key;
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

/* True if -c, and not this program, gave the column its name. */
static bool is_given(int place, const char *given)
{
    for (; given != NULL && place > 0; place--) {
        given = strchr(given, ',');
        given += given != NULL;
    }
    return given != NULL && place == 0;
}

enum columns_line columns_from_first(struct columns *c, const struct record *first,
                                     const struct columns_wanted *wanted)
{
    struct buf text = {0};
    bool header = find_key(first, wanted) != COLUMN_NONE;
    if (header)
        buf_add_span(&text, first->line);
    else
        generate_header(&text, first->count, wanted->kind->own[0], wanted->names);
    int key = set_names(c, &text, wanted);
    if (header)
        return COLUMNS_HEADER;
    return wanted->key != NULL && !is_given(key, wanted->names) ? COLUMNS_NO_KEY : COLUMNS_ROW;
}

int columns_find(const struct columns *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (span_is(c->names[i], name))
            return (int)i;
    return COLUMN_NONE;
}

static int find_unused(const struct columns *c, struct span name, const bool *used, bool exactly)
{
    for (size_t i = 0; i < c->count; i++)
        if (!used[i] &&
            (exactly ? span_equal(c->names[i], name) : key_names_equal(c->names[i], name)))
            return (int)i;
    return COLUMN_NONE;
}

/* Returns how many of the names are found. Columns whose names are the same byte by byte come
 * first: "a" and "A" may be two columns. */
static size_t map_names(const struct span *names, size_t count, const struct columns *other,
                        int *place, bool *used)
{
    size_t mapped = 0;
    for (size_t i = 0; i < count; i++)
        place[i] = COLUMN_NONE;
    memset(used, 0, other->count);
    for (int exactly = 1; exactly >= 0; exactly--)
        for (size_t i = 0; i < count; i++) {
            int found =
                place[i] == COLUMN_NONE ? find_unused(other, names[i], used, exactly) : COLUMN_NONE;
            if (found == COLUMN_NONE)
                continue;
            place[i] = found;
            used[found] = true;
            mapped++;
        }
    return mapped;
}

void columns_find_alike(const struct columns *c, const char *const *names, size_t count, int *place)
{
    struct span *list = mem_new(count, sizeof *list);
    bool *used = mem_new(c->count, sizeof *used);
    for (size_t i = 0; i < count; i++)
        list[i] = span_of(names[i]);
    (void)map_names(list, count, c, place, used);
    free(list);
    free(used);
}

bool columns_map(const struct columns *c, const struct columns *other, int *place, bool *used)
{
    size_t mapped = map_names(c->names, c->count, other, place, used);
    if (place[c->key] == COLUMN_NONE && !used[other->key]) {
        place[c->key] = (int)other->key;
        used[other->key] = true;
        mapped++;
    }
    return mapped == c->count && mapped == other->count;
}

void columns_describe(struct buf *out, const struct span *names, size_t count)
{
    struct buf scratch = {0};
    for (size_t i = 0; i < count && i < NAMES_SHOWN; i++) {
        struct span name = unescape_field(names[i], &scratch);
        bool cut = name.n > NAME_SHOWN;
        buf_add_string(out, i > 0 ? ", \"" : "\"");
        buf_add(out, name.p, cut ? NAME_SHOWN : name.n);
        buf_add_string(out, cut ? "...\"" : "\"");
    }
    if (count > NAMES_SHOWN)
        buf_format(out, " and %zu more", count - NAMES_SHOWN);
    buf_clear(&scratch);
}

void columns_clear(struct columns *c)
{
    free(c->names);
    free(c->text);
    *c = (struct columns){0};
}
