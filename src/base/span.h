/*
 * span: borrowed bytes.
 * A span never owns its bytes, and no NUL ends them. It is valid as long as the memory that it
 * points into. An unset value is the empty span, whose pointer may be NULL. Nothing here fails.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct span {
    const char *p;
    size_t n;
};

static inline struct span span_make(const char *p, size_t n)
{
    return (struct span){p, n};
}

static inline struct span span_of(const char *string)
{
    return span_make(string, strlen(string));
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *string)
{
    return span_equal(a, span_of(string));
}

/* Compares by bytes, as `LC_ALL=C sort` does: less than, equal to or greater than 0. */
static inline int span_compare(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n > 0 ? memcmp(a.p, b.p, n) : 0;
    return order != 0 ? order : a.n < b.n ? -1 : a.n > b.n;
}

/* True if both are the same but for the case of ASCII letters, as for domains and SMTP verbs. */
static inline bool span_is_caseless(struct span a, const char *string)
{
    return strlen(string) == a.n && strncasecmp(a.p, string, a.n) == 0;
}

#endif
