#include "mxlookup/tcp.h"

#include "base/mem.h"
#include "mxlookup/resolvers.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* In `out` and `in`, each message follows its length of two bytes (RFC 1035 4.2.2). */
struct tcp_query {
    int fd;
    size_t number; /* of the server */
    unsigned char out[PACKET_QUERY_LIMIT + 2];
    size_t out_length, sent;
    unsigned char in[PACKET_LIMIT + 2];
    size_t received;
};

static void drop_query(struct tcp *t, size_t i)
{
    if (t->list[i] == NULL)
        return;
    if (t->list[i]->fd >= 0)
        close(t->list[i]->fd);
    if (t->ended_count < sizeof t->ended / sizeof *t->ended)
        t->ended[t->ended_count++] =
            (struct tcp_connection){t->list[i]->number, packet_id(t->list[i]->out + 2)};
    free(t->list[i]);
    t->list[i] = NULL;
}

bool tcp_next_ended(struct tcp *t, struct tcp_connection *ended)
{
    if (t->ended_count == 0)
        return false;
    *ended = t->ended[--t->ended_count];
    return true;
}

void tcp_ask(struct tcp *t, const struct sockaddr_storage *server, size_t number,
             const unsigned char *bytes, size_t n)
{
    size_t place = 0;
    while (place < TCP_MOST && t->list[place] != NULL)
        place++;
    if (place == TCP_MOST)
        drop_query(t, place = t->next++ % TCP_MOST);
    struct tcp_query *q = mem_resize(NULL, 1, sizeof *q); /* not zeroed: it is large */
    q->fd = socket(server->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    q->number = number;
    q->out_length = n + 2;
    q->sent = q->received = 0;
    q->out[0] = (unsigned char)(n >> 8);
    q->out[1] = (unsigned char)n;
    memcpy(q->out + 2, bytes, n);
    t->list[place] = q;
    int failed =
        q->fd < 0 ? -1 : connect(q->fd, (const struct sockaddr *)server, resolvers_length(server));
    if (failed != 0 && (q->fd < 0 || errno != EINPROGRESS))
        drop_query(t, place);
}

nfds_t tcp_poll(const struct tcp *t, struct pollfd *polled)
{
    nfds_t n = 0;
    for (size_t i = 0; i < TCP_MOST; i++)
        if (t->list[i] != NULL)
            polled[n++] = (struct pollfd){
                .fd = t->list[i]->fd,
                .events = t->list[i]->sent < t->list[i]->out_length ? POLLOUT : POLLIN};
    return n;
}

static bool is_in_progress(ssize_t n)
{
    return n < 0 &&
           (errno == EAGAIN || errno == EINTR || errno == ENOTCONN || errno == EINPROGRESS);
}

/* Sends or receives once. Returns the length of the answer if it is complete, or 0. Closes a
 * connection that is answered or has failed. */
static size_t advance(struct tcp *t, size_t i, unsigned char bytes[PACKET_LIMIT])
{
    struct tcp_query *q = t->list[i];
    if (q->sent < q->out_length) {
        ssize_t n = send(q->fd, q->out + q->sent, q->out_length - q->sent, MSG_NOSIGNAL);
        q->sent += n > 0 ? (size_t)n : 0;
        if (n < 0 && !is_in_progress(n))
            drop_query(t, i);
        return 0;
    }
    ssize_t n = recv(q->fd, q->in + q->received, sizeof q->in - q->received, 0);
    q->received += n > 0 ? (size_t)n : 0;
    size_t length = q->received >= 2 ? (size_t)(q->in[0] << 8 | q->in[1]) : 0;
    bool whole = q->received >= 2 && q->received - 2 >= length;
    if (whole)
        memcpy(bytes, q->in + 2, length);
    if (whole || (n <= 0 && !is_in_progress(n)))
        drop_query(t, i);
    return whole ? length : 0;
}

size_t tcp_receive(struct tcp *t, size_t *number, unsigned char bytes[PACKET_LIMIT])
{
    for (size_t i = 0; i < TCP_MOST; i++) {
        if (t->list[i] == NULL)
            continue;
        *number = t->list[i]->number;
        size_t n = advance(t, i, bytes);
        if (n > 0)
            return n;
    }
    return 0;
}

void tcp_close(struct tcp *t)
{
    for (size_t i = 0; i < TCP_MOST; i++)
        drop_query(t, i);
}
