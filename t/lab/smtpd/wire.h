/*
 * wire: a client's connection, plain or TLS, read by lines and written whole. Blocking: each
 * session is a thread.
 */
#ifndef LAB_WIRE_H
#define LAB_WIRE_H

#include "base/buf.h"

#include <openssl/ssl.h>

struct wire {
    int fd;
    SSL *tls; /* or NULL */
    struct buf in;
    int bare_cr, bare_lf; /* seen in lines so far */
};

/* The next line up to LF, without its CRLF, in `line` (cleared first); false when the client is
 * gone or a line is over 1 MiB. */
bool wire_line(struct wire *w, struct buf *line);
bool wire_write(struct wire *w, struct span bytes);

/* TLS from here on, as the server. */
bool wire_start_tls(struct wire *w, SSL_CTX *context);

/* Closes; with `reset` by a TCP reset. */
void wire_close(struct wire *w, bool reset);

#endif
