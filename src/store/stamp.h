/*
 * stamp: the first line of every file of the state: the version of the format, what the file is,
 * its generation, that of its base and its length (mxkit(5)). It begins with a blank, so that it
 * sorts before every address. Owns nothing; reading fails if the line is damaged or of a newer
 * version.
 */
#ifndef STORE_STAMP_H
#define STORE_STAMP_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

enum {
    STAMP_VERSION = 3,
    STAMP_LIMIT = 128, /* bytes that are enough for the line and its LF */
    STAMP_WHAT = 32,   /* the room for what a file is, with its NUL */
};

struct stamp {
    unsigned version;    /* STAMP_VERSION, or an older one that is still read */
    uint64_t generation; /* counts the compactions */
    uint64_t base;       /* the generation of the file that this one adds to; 0: none */
    bool exact_case;     /* keys differ if only the case of their letters does */
    uint64_t length;     /* of the whole file, in bytes; 0: not said, since the file grows */
};

/* Adds such a line, of this version, with its LF. `what` is "quarantine", "recent", "journal", ...;
 * s->version does not matter, and the line is as long for any s->length. */
void stamp_add(struct buf *out, const char *what, const struct stamp *s);

/* Reads the line, without its LF, of the file that messages call `name`. Returns 0, EX_CONFIG if
 * this code does not read its version, or EX_DATAERR if the line is damaged or the file is not a
 * `what` (each reported). */
MUST_CHECK int stamp_read(struct span line, const char *what, const char *name, struct stamp *s);

#endif
