/*
 * encoding: converts UTF-16 (RFC 2781) to UTF-8, piece by piece, by iconv(3).
 * What is not UTF-16 (half of a surrogate pair, an odd byte at the end) becomes a NUL, by which the
 * reader rejects the line. The struct owns what iconv allocates. No I/O.
 */
#ifndef LIB_ENCODING_H
#define LIB_ENCODING_H

#include "base/span.h"

struct encoding;

/* Returns the name of the encoding if `start`, the first bytes of a file, is the byte order mark of
 * UTF-16, which is two bytes long; else NULL. */
const char *encoding_name(struct span start);

/* Returns a converter, which encoding_close() frees; NULL if this system's iconv does not know
 * `name`. */
struct encoding *encoding_open(const char *name);

enum {
    /* the room that encoding_convert() needs for each byte, and besides */
    ENCODING_GROWTH = 2,
    ENCODING_REST = 16
};

/* Converts the next bytes of a file. `out` has room for ENCODING_GROWTH * bytes.n + ENCODING_REST
 * bytes. Returns the number of bytes written there. A character that is not complete yet is kept
 * for the next call. */
size_t encoding_convert(struct encoding *e, struct span bytes, char *out);

/* Ends the file. Returns the number of bytes written to `out`: 1 if a character is not complete,
 * else 0. */
size_t encoding_end(struct encoding *e, char *out);

void encoding_close(struct encoding *e);

#endif
