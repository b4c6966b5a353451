/*
 * UTF-16 to UTF-8. The expected bytes are from RFC 2781 section 5 and the Unicode standard.
 */
#include "lib/encoding.h"

#include "tap.h"

/* Converts `bytes` in pieces of `step` bytes, and ends; returns the length of what is in `out`. */
static size_t convert(const char *name, struct span bytes, size_t step, char out[256])
{
    struct encoding *e = encoding_open(name);
    size_t n = 0;
    while (bytes.n > 0) {
        size_t piece = bytes.n < step ? bytes.n : step;
        n += encoding_convert(e, span_make(bytes.p, piece), out + n);
        bytes = span_make(bytes.p + piece, bytes.n - piece);
    }
    n += encoding_end(e, out + n);
    encoding_close(e);
    return n;
}

/* True if the bytes become `expected`, in pieces of any size. */
static bool becomes(const char *name, const char *bytes, size_t n, const char *expected,
                    size_t length)
{
    char out[256];
    bool same = true;
    for (size_t step = 1; step <= n; step++)
        same = same && convert(name, span_make(bytes, n), step, out) == length &&
               memcmp(out, expected, length) == 0;
    return same;
}

#define BECOMES(name, bytes, expected)                                                             \
    becomes(name, bytes, sizeof bytes - 1, expected, sizeof expected - 1)

static bool is_named(const char *start, size_t n, const char *name)
{
    const char *found = encoding_name(span_make(start, n));
    return name == NULL ? found == NULL : found != NULL && strcmp(found, name) == 0;
}

int main(void)
{
    ok(is_named("\xff\xfe", 2, "UTF-16LE") &&
           is_named("\xfe\xff"
                    "a",
                    3, "UTF-16BE") &&
           is_named("\xff", 1, NULL) && is_named("\xef\xbb\xbf", 3, NULL) && is_named("", 0, NULL),
       "UTF-16 is known by its byte order mark");
    ok(BECOMES("UTF-16LE", "a\0\xe4\0\x08\xd8\x45\xdf=\0", "a\xc3\xa4\xf0\x92\x8d\x85="),
       "UTF-16LE is converted, in pieces of any size");
    ok(BECOMES("UTF-16BE", "\0a\0\xe4\xd8\x08\xdf\x45\0=", "a\xc3\xa4\xf0\x92\x8d\x85="),
       "UTF-16BE is converted, in pieces of any size");
    ok(BECOMES("UTF-16LE",
               "a\0\x08\xd8"
               "b\0",
               "a\0b"),
       "half a character becomes a NUL");
    ok(BECOMES("UTF-16LE",
               "a\0\x45\xdf"
               "b\0",
               "a\0b"),
       "the other half of one becomes a NUL");
    ok(BECOMES("UTF-16LE", "a\0b", "a\0"), "an odd byte at the end becomes a NUL");
    ok(BECOMES("UTF-16LE", "a\0\x08\xd8", "a\0"), "half a character at the end becomes a NUL");
    ok(encoding_open("no such encoding") == NULL, "an unknown encoding is reported");
    return done();
}
