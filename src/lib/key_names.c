#include "lib/key_names.h"

#include "base/ascii.h"
#include "lib/idn.h"

enum { NAME_LIMIT = 32 };

/* As read_name() leaves them: without blanks, hyphens and the like. */
static const char *const address_names[] = {
    "emailaddress", "email",     "mailaddress",      "mail",
    "address",      "recipient", "recipientaddress", NULL,
};
static const char *const domain_names[] = {"domain", "domainname", NULL};
static const char *const text_names[] = {"text", NULL};
static const char *const id_names[] = {"id", NULL};
static const char *const no_names[] = {NULL};

static const struct kind {
    const char *own[2];
    const char *const *names[2];
} kinds[] = {
    [KEY_ADDRESS] = {{"address", NULL}, {address_names, no_names}},
    [KEY_ADDRESS_OR_DOMAIN] = {{"address", "domain"}, {address_names, domain_names}},
    [KEY_TEXT] = {{"text", NULL}, {text_names, no_names}},
    [KEY_ID] = {{"id", NULL}, {id_names, no_names}},
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
    for (size_t i = 0; own != NULL && i < header->count; i++)
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

int key_names_find(enum key_kind kind, const struct record *header)
{
    const struct kind *k = &kinds[kind];
    int place = KEY_NONE;
    for (size_t i = 0; place == KEY_NONE && i < 2; i++)
        place = find_own(k->own[i], header);
    for (size_t i = 0; place == KEY_NONE && i < 2; i++)
        place = find_any(k->names[i], header);
    return place;
}

int key_names_find_given(const char *name, const struct record *header)
{
    for (size_t i = 0; i < header->count; i++)
        if (key_names_equal(header->fields[i], span_of(name)))
            return (int)i;
    return KEY_NONE;
}

const char *key_names_own(enum key_kind kind)
{
    return kinds[kind].own[0];
}

static bool is_domain_byte(char c)
{
    return ascii_is_alnum(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

/* True for two labels or more, the last of which is not a number: 1.50 and 2026.11.24 are not
 * domains. */
static bool is_domain(struct span s)
{
    size_t labels = 1, label = 0;
    bool number = true;
    for (size_t i = 0; i < s.n; i++) {
        bool dot = s.p[i] == '.';
        if (!is_domain_byte(s.p[i]) && (!dot || label == 0))
            return false;
        labels += dot;
        label = dot ? 0 : label + 1;
        number = label == 0 || (number && ascii_is_digit(s.p[i]));
    }
    return labels > 1 && label > 0 && !number;
}

static bool is_literal(struct span s)
{
    return s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';
}

/* True if the value may be an address with what a list carries around it; each row is read for good
 * later, by address_read(), which would link every filter to the libraries that it needs. */
static bool may_hold_address(struct span value)
{
    const char *at = value.n > 2 ? memchr(value.p + 1, '@', value.n - 2) : NULL;
    at = at == NULL && value.n > 2 ? memmem(value.p, value.n, "%40", 3) : at; /* of a mailto: URL */
    bool listed = value.n > 0 &&
                  (memchr(value.p, ';', value.n) != NULL || memchr(value.p, ',', value.n) != NULL);
    bool fields = value.n > 0 && memchr(value.p, '\t', value.n) != NULL; /* TSV in CSV */
    return at != NULL && !fields && (!listed || value.p[value.n - 1] == '>');
}

bool key_names_fit(enum key_kind kind, struct span value)
{
    struct span s = idn_without_final_dot(span_trim(value));
    if (kind == KEY_TEXT || kind == KEY_ID || may_hold_address(span_trim(value)))
        return true;
    if (s.n > 1 && s.p[0] == '@')
        return is_domain(span_make(s.p + 1, s.n - 1));
    return kind == KEY_ADDRESS_OR_DOMAIN && (is_domain(s) || is_literal(s));
}
