/*
 * wire: a client's connection, plain or TLS. Its caller reads lines and writes bytes; both block,
 * since each session is a thread. A wire owns its descriptor, TLS state and input until
 * wire_close(). The functions return false if the client is gone; nothing is reported.
 */
#ifndef LAB_WIRE_H
#define LAB_WIRE_H

#include "base/buf.h"

#include <openssl/ssl.h>

struct wire {
    int fd;
    SSL *tls; /* NULL: not yet */
    struct buf in;
    int bare_cr, bare_lf; /* how many of them the lines have had; the caller resets them */
};

/* Sets *line to the next line up to LF, without its line end. Returns false also if a line is over
 * 1 MiB. */
bool wire_line(struct wire *w, struct buf *line);

/* Writes all bytes. */
bool wire_write(struct wire *w, struct span bytes);

/* Goes on with TLS, as the server. Returns false if the handshake fails. */
bool wire_start_tls(struct wire *w, SSL_CTX *context);

/* Closes the connection, with a TCP reset if `reset`, and frees what the wire owns. */
void wire_close(struct wire *w, bool reset);

#endif
