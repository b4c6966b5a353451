/*
 * reply: SMTP replies (RFC 5321 4.2), read from bytes as they come. No I/O. Bounded: 64 KiB a
 * reply, of which 4 KiB of text are kept; a stranger's server decides what comes.
 */
#ifndef MXSEND_REPLY_H
#define MXSEND_REPLY_H

#include "base/buf.h"

enum {
    REPLY_LIMIT = 65536,
    REPLY_TEXT_LIMIT = 4096,
};

enum reply_event {
    REPLY_MORE, /* the reply goes on */
    REPLY_DONE,
    REPLY_BAD /* no SMTP reply, or over REPLY_LIMIT: the connection is of no use any more */
};

struct reply {
    int code;        /* 0 to 999 */
    char digits[4];  /* the same as text */
    char status[12]; /* the enhanced status code (RFC 2034) of the last line, or "" */
    struct buf text; /* its lines, with the codes, LF between */
    struct buf line; /* the line that is under way */
    size_t length;   /* bytes so far */
};

/* Makes *r ready for the next reply; buffers are kept. */
void reply_reset(struct reply *r);

/* Takes bytes up to the end of the reply; *taken says how many. */
enum reply_event reply_feed(struct reply *r, struct span bytes, size_t *taken);
void reply_clear(struct reply *r);

#endif
