#include "mxlookup/tcp.h"

#include "base/mem.h"
#include "mxlookup/resolvers.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* Two bytes of length stand before each message (RFC 1035 4.2.2). */
struct tcp_query {
    int fd;
    size_t number; /* of the server */
    unsigned char out[PACKET_QUERY_LIMIT + 2];
    size_t out_length, sent;
    unsigned char in[PACKET_LIMIT + 2];
    size_t received;
};

static void close_one(struct tcp *s, size_t i)
{
    if (s->list[i] == NULL)
        return;
    if (s->list[i]->fd >= 0)
        close(s->list[i]->fd);
    free(s->list[i]);
    s->list[i] = NULL;
}

void tcp_ask(struct tcp *s, const struct sockaddr_storage *server, size_t number,
             const unsigned char *bytes, size_t n)
{
    size_t place = 0;
    while (place < TCP_MOST && s->list[place] != NULL)
        place++;
    if (place == TCP_MOST)
        close_one(s, place = s->next++ % TCP_MOST);       /* the engine asks that one again */
    struct tcp_query *q = mem_resize(NULL, 1, sizeof *q); /* not zeroed: it is large */
    q->fd = socket(server->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    q->number = number;
    q->out_length = n + 2;
    q->sent = q->received = 0;
    q->out[0] = (unsigned char)(n >> 8);
    q->out[1] = (unsigned char)n;
    memcpy(q->out + 2, bytes, n);
    s->list[place] = q;
    int failed =
        q->fd < 0 ? -1 : connect(q->fd, (const struct sockaddr *)server, resolvers_length(server));
    if (failed != 0 && (q->fd < 0 || errno != EINPROGRESS))
        close_one(s, place);
}

nfds_t tcp_poll(const struct tcp *s, struct pollfd *polled)
{
    nfds_t n = 0;
    for (size_t i = 0; i < TCP_MOST; i++)
        if (s->list[i] != NULL)
            polled[n++] = (struct pollfd){
                .fd = s->list[i]->fd,
                .events = s->list[i]->sent < s->list[i]->out_length ? POLLOUT : POLLIN};
    return n;
}

static bool is_for_later(ssize_t n)
{
    return n < 0 &&
           (errno == EAGAIN || errno == EINTR || errno == ENOTCONN || errno == EINPROGRESS);
}

/* Moves one connection on; the length of a whole message, else 0. A dead one is closed. */
static size_t run(struct tcp *s, size_t i, unsigned char bytes[PACKET_LIMIT])
{
    struct tcp_query *q = s->list[i];
    if (q->sent < q->out_length) {
        ssize_t n = send(q->fd, q->out + q->sent, q->out_length - q->sent, MSG_NOSIGNAL);
        q->sent += n > 0 ? (size_t)n : 0;
        if (n < 0 && !is_for_later(n))
            close_one(s, i);
        return 0;
    }
    ssize_t n = recv(q->fd, q->in + q->received, sizeof q->in - q->received, 0);
    q->received += n > 0 ? (size_t)n : 0;
    size_t length = q->received >= 2 ? (size_t)(q->in[0] << 8 | q->in[1]) : 0;
    bool whole = q->received >= 2 && q->received - 2 >= length;
    if (whole)
        memcpy(bytes, q->in + 2, length);
    if (whole || (n <= 0 && !is_for_later(n)))
        close_one(s, i);
    return whole ? length : 0;
}

size_t tcp_receive(struct tcp *s, size_t *number, unsigned char bytes[PACKET_LIMIT])
{
    for (size_t i = 0; i < TCP_MOST; i++) {
        if (s->list[i] == NULL)
            continue;
        *number = s->list[i]->number;
        size_t n = run(s, i, bytes);
        if (n > 0)
            return n;
    }
    return 0;
}

void tcp_close(struct tcp *s)
{
    for (size_t i = 0; i < TCP_MOST; i++)
        close_one(s, i);
}
