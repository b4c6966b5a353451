/*
 * body: a message in the form that goes over the wire after DATA (RFC 5321 4.5.2): every line ends
 * in CRLF, a dot at the start of a line is doubled, and a lone dot ends the message. No bare CR or
 * LF is left, so that no message can smuggle in a second one. No I/O except in body_load(), which
 * alone can fail. A struct body owns its bytes until body_clear(); a zeroed one is empty.
 */
#ifndef MXSEND_BODY_H
#define MXSEND_BODY_H

#include "base/buf.h"
#include "base/status.h"
#include "mxsend/message_id.h"

/* The most bytes that a message file may have. */
enum { BODY_LIMIT = 64 * 1024 * 1024 };

struct body {
    struct buf wire;        /* all bytes to send, the final dot included */
    size_t size;            /* bytes without doubled dots and the final dot, for SIZE (RFC 1870) */
    bool eight_bit;         /* true if the message needs 8BITMIME (RFC 6152) */
    struct span message_id; /* points into `wire`; empty if there is none, or a bad one */
};

/*
 * Sets *b, whose old content is not freed, from `message`, which is copied. CRLF, LF and CR all
 * count as line ends and become CRLF; the last line gets one if it has none. Dots are doubled after
 * that, so that the receiver sees the same lines.
 */
void body_init(struct body *b, struct span message);

/*
 * Sets *b from a file. Returns 0, or EX_NOINPUT if the file is missing, EX_DATAERR if it is not a
 * regular file of at most BODY_LIMIT bytes, or EX_IOERR. Errors are reported; *b is then unchanged.
 */
MUST_CHECK int body_load(struct body *b, const char *path);
void body_clear(struct body *b);

#endif
