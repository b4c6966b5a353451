/*
 * reply: an SMTP reply (RFC 5321 4.2), parsed from bytes as they arrive. No I/O. Memory is bounded,
 * because the server is a stranger: a reply may have 64 KiB, and 4 KiB of its text are kept. A
 * struct reply owns its buffers until reply_clear(). It must be zeroed before its first use.
 */
#ifndef MXSEND_REPLY_H
#define MXSEND_REPLY_H

#include "base/buf.h"

enum {
    REPLY_LIMIT = 65536,
    REPLY_TEXT_LIMIT = 4096,
};

enum reply_event {
    REPLY_MORE, /* the reply is not complete yet */
    REPLY_DONE,
    REPLY_BAD /* not an SMTP reply, or over REPLY_LIMIT: the connection is of no more use */
};

struct reply {
    int code;        /* 0 to 999; 0 also before the first line */
    char digits[4];  /* the code as text, or "" */
    char status[12]; /* the enhanced status code (RFC 2034) of the last line with text, or "" */
    struct buf text; /* the lines with their codes, LF between them; kept after REPLY_BAD, too */
    struct buf line; /* the line that is being read */
    size_t length;   /* bytes so far, plus one for each piece without a line end */
};

/* Prepares *r for the next reply, and keeps its buffers. */
void reply_reset(struct reply *r);

/*
 * Reads `bytes` up to the end of the reply and sets *used to the number of bytes that it read; the
 * rest belongs to the next reply. Call reply_reset() after REPLY_DONE.
 */
enum reply_event reply_feed(struct reply *r, struct span bytes, size_t *used);
void reply_clear(struct reply *r);

#endif
