/*
 * body: a message as it goes over the wire after DATA (RFC 5321 4.5.2): every line ends in CRLF,
 * dots are doubled, the lone dot ends it. No bare CR or LF is left, so that nobody can smuggle a
 * second message in. No I/O but body_load().
 */
#ifndef MXSEND_BODY_H
#define MXSEND_BODY_H

#include "base/buf.h"
#include "base/status.h"

enum { BODY_LIMIT = 64 * 1024 * 1024 };

struct body {
    struct buf wire; /* with the end of data */
    size_t size;     /* of the message alone, for SIZE (RFC 1870) */
    bool eight_bit;  /* for 8BITMIME (RFC 6152) */
};

/* Line ends first, whatever they were (CRLF, LF, CR), then the dots. */
void body_init(struct body *b, struct span message);

/* Reads a file: 0 or the exit status of file_read(), said. */
MUST_CHECK int body_load(struct body *b, const char *path);
void body_clear(struct body *b);

#endif
