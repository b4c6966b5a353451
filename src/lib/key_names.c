#include "lib/key_names.h"

#include "base/ascii.h"

#include <stdint.h>

enum { NAME_LIMIT = 32 };

const struct key_kind key_text = {
    .own = (const char *const[]){"text", NULL},
    .names = (const char *const[]){"text", NULL},
    .what = "text",
};

const struct key_kind key_id = {
    .own = (const char *const[]){"id", NULL},
    .names = (const char *const[]){"id", NULL},
    .what = "id",
};

bool key_names_equal(struct span a, struct span b)
{
    a = span_trim(a);
    b = span_trim(b);
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

/* Writes the name in lower case, without the characters by which lists separate its words. An empty
 * name is not a key name. */
static void read_name(struct span field, char name[NAME_LIMIT])
{
    size_t n = 0;
    field = span_trim(field);
    for (size_t i = 0; i < field.n && n < NAME_LIMIT - 1; i++)
        if (memchr(" -_.", field.p[i], 4) == NULL)
            name[n++] = ascii_to_lower(field.p[i]);
    name[n < NAME_LIMIT - 1 ? n : 0] = '\0';
}

static int find_own(const char *own, const struct record *header)
{
    for (size_t i = 0; i < header->count; i++)
        if (span_is(header->fields[i], own))
            return (int)i;
    return KEY_NONE;
}

/* The order of `names` counts, not that of the fields. */
static int find_any(const char *const *names, const struct record *header)
{
    char name[NAME_LIMIT];
    size_t best = SIZE_MAX;
    int place = KEY_NONE;
    for (size_t i = 0; i < header->count; i++) {
        read_name(header->fields[i], name);
        for (size_t rank = 0; rank < best && names[rank] != NULL; rank++)
            if (strcmp(name, names[rank]) == 0) {
                best = rank;
                place = (int)i;
            }
    }
    return place;
}

int key_names_find(const struct key_kind *kind, const struct record *header)
{
    int place = KEY_NONE;
    for (size_t i = 0; place == KEY_NONE && kind->own[i] != NULL; i++)
        place = find_own(kind->own[i], header);
    return place != KEY_NONE ? place : find_any(kind->names, header);
}

int key_names_find_given(const char *name, const struct record *header)
{
    for (size_t i = 0; i < header->count; i++)
        if (key_names_equal(header->fields[i], span_of(name)))
            return (int)i;
    return KEY_NONE;
}
