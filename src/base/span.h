/*
 * span: bytes that somebody else owns.
 * A span never owns its bytes and is not NUL-terminated; it lives as long as the buffer it points
 * into. An unset value is the empty span.
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

/* The order of the bytes, as `LC_ALL=C sort` has it. */
static inline int span_compare(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n > 0 ? memcmp(a.p, b.p, n) : 0;
    return order != 0 ? order : a.n < b.n ? -1 : a.n > b.n;
}

/* ASCII case is ignored, as in domains and SMTP verbs. */
static inline bool span_is_caseless(struct span a, const char *string)
{
    return strlen(string) == a.n && strncasecmp(a.p, string, a.n) == 0;
}

#endif
