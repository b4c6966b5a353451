#include "lib/encoding.h"

#include "base/mem.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>

enum { UNIT = 2, LONGEST = 4 }; /* bytes of UTF-16 */

struct encoding {
    iconv_t converter;
    char rest[LONGEST]; /* the start of a character */
    size_t rest_length;
};

const char *encoding_name(struct span start)
{
    if (start.n < UNIT)
        return NULL;
    return memcmp(start.p, "\xff\xfe", UNIT) == 0   ? "UTF-16LE"
           : memcmp(start.p, "\xfe\xff", UNIT) == 0 ? "UTF-16BE"
                                                    : NULL;
}

struct encoding *encoding_open(const char *name)
{
    iconv_t converter = iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1)
        return NULL;
    struct encoding *e = mem_new(1, sizeof *e);
    e->converter = converter;
    return e;
}

/* Converts all but the start of a character at the end, of which it returns the length. */
static size_t convert(struct encoding *e, char *bytes, size_t n, char **out)
{
    while (n > 0) {
        size_t room = ENCODING_GROWTH * n + ENCODING_REST;
        if (iconv(e->converter, &bytes, &n, out, &room) != (size_t)-1)
            break;
        if (errno == EINVAL && n < LONGEST)
            return n;
        *(*out)++ = '\0';
        size_t skip = n < UNIT ? n : UNIT;
        bytes += skip;
        n -= skip;
    }
    return 0;
}

/* Completes the character that was begun, byte by byte; returns how many bytes that took. */
static size_t complete(struct encoding *e, struct span bytes, char **out)
{
    size_t used = 0;
    while (e->rest_length > 0 && used < bytes.n) {
        e->rest[e->rest_length++] = bytes.p[used++];
        size_t left = convert(e, e->rest, e->rest_length, out);
        memmove(e->rest, e->rest + e->rest_length - left, left);
        e->rest_length = left;
    }
    return used;
}

size_t encoding_convert(struct encoding *e, struct span bytes, char *out)
{
    char *end = out;
    size_t used = complete(e, bytes, &end);
    if (used < bytes.n) {
        /* iconv() does not change its input, but its type does not say so. */
        char *start = (char *)(uintptr_t)(bytes.p + used);
        e->rest_length = convert(e, start, bytes.n - used, &end);
        memcpy(e->rest, bytes.p + bytes.n - e->rest_length, e->rest_length);
    }
    return (size_t)(end - out);
}

size_t encoding_end(struct encoding *e, char *out)
{
    if (e->rest_length == 0)
        return 0;
    e->rest_length = 0;
    *out = '\0';
    return 1;
}

void encoding_close(struct encoding *e)
{
    iconv_close(e->converter);
    free(e);
}
