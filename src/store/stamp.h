/*
 * header: the first line of every file of the state: the format's version, what the file is, its
 * generation and that of the file below it (mxkit(5)). It starts with a blank, so that it sorts
 * before every address.
 */
#ifndef STORE_STAMP_H
#define STORE_STAMP_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

enum { STAMP_VERSION = 2, STAMP_LIMIT = 128 /* bytes that hold any header and its LF */ };

struct stamp {
    unsigned version;    /* STAMP_VERSION, or an older one that is still read */
    uint64_t generation; /* counts the foldings */
    uint64_t base;       /* generation of the file that this one adds to; 0: of none */
};

/* Adds such a line, of this version, with its LF. */
void stamp_add(struct buf *out, const char *what, uint64_t generation, uint64_t base);

/* Reads the line, without its LF, of file `name`: 0; EX_CONFIG where it is of a newer version,
 * EX_DATAERR where it is damaged, each said. */
MUST_CHECK int stamp_read(struct span line, const char *what, const char *name, struct stamp *h);

#endif
