#include "wire.h"

#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 16384, LINE_LIMIT = 1024 * 1024 };

static bool read_more(struct wire *w)
{
    char *room = buf_room(&w->in, PIECE);
    ssize_t n = w->tls != NULL ? SSL_read(w->tls, room, PIECE) : recv(w->fd, room, PIECE, 0);
    w->in.n += n > 0 ? (size_t)n : 0;
    return n > 0;
}

bool wire_line(struct wire *w, struct buf *line)
{
    char *lf;
    buf_empty(line);
    size_t looked = 0;
    while ((lf = w->in.n > looked ? memchr(w->in.p + looked, '\n', w->in.n - looked) : NULL) ==
           NULL) {
        looked = w->in.n;
        if (w->in.n > LINE_LIMIT || !read_more(w))
            return false;
    }
    size_t n = (size_t)(lf - w->in.p);
    bool crlf = n > 0 && lf[-1] == '\r';
    buf_add(line, w->in.p, n - crlf);
    w->bare_lf += !crlf;
    for (size_t i = 0; i < line->n; i++)
        w->bare_cr += line->p[i] == '\r';
    buf_drop(&w->in, n + 1);
    return true;
}

bool wire_write(struct wire *w, struct span bytes)
{
    while (bytes.n > 0) {
        int piece = bytes.n > PIECE ? PIECE : (int)bytes.n;
        ssize_t n = w->tls != NULL ? SSL_write(w->tls, bytes.p, piece)
                                   : send(w->fd, bytes.p, (size_t)piece, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes = span_make(bytes.p + n, bytes.n - (size_t)n);
    }
    return true;
}

bool wire_start_tls(struct wire *w, SSL_CTX *context)
{
    buf_empty(&w->in); /* bytes from before the handshake are not trusted (RFC 3207 4.2) */
    w->tls = SSL_new(context);
    SSL_set_fd(w->tls, w->fd);
    return SSL_accept(w->tls) == 1;
}

void wire_close(struct wire *w, bool reset)
{
    struct linger at_once = {.l_onoff = 1};
    if (reset)
        setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (w->tls != NULL) {
        SSL_shutdown(w->tls);
        SSL_free(w->tls);
    }
    close(w->fd);
    buf_clear(&w->in);
}
