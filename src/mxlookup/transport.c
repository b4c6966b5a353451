#include "transport.h"

#include "err.h"
#include "mem.h"

#include <poll.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum { STREAMS = 32, RECEIVE_BUFFER = 4 * 1024 * 1024 };

/* A TCP connection for one question: two bytes of length before each message (RFC 1035 4.2.2). */
struct stream_query {
    int fd; /* -1: free */
    size_t server;
    unsigned char out[PACKET_QUERY_LIMIT + 2];
    size_t out_length, sent;
    unsigned char in[PACKET_LIMIT + 2];
    size_t received;
};

struct transport {
    const struct resolvers *resolvers;
    int udp[RESOLVERS];
    struct stream_query *streams[STREAMS];
    size_t next_udp, next_stream; /* where receiving goes on */
};

static int open_udp(const struct sockaddr_storage *server)
{
    int size = RECEIVE_BUFFER;
    int fd = socket(server->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    /* A connected socket takes packets of its server alone, on a port that the kernel chose at
     * random. */
    if (fd >= 0 && connect(fd, (const struct sockaddr *)server, resolvers_length(server)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

struct transport *transport_open(const struct resolvers *r, int *status)
{
    struct transport *t = mem_new(1, sizeof *t);
    size_t open = 0;
    t->resolvers = r;
    for (size_t i = 0; i < r->count; i++) {
        t->udp[i] = open_udp(&r->servers[i]);
        open += t->udp[i] >= 0;
    }
    if (open > 0)
        return t;
    err_errno("cannot reach any DNS server; name one with --resolver IP");
    *status = EX_UNAVAILABLE;
    transport_close(t);
    return NULL;
}

static void close_stream(struct transport *t, size_t i)
{
    close(t->streams[i]->fd);
    free(t->streams[i]);
    t->streams[i] = NULL;
}

static void start_stream(struct transport *t, const struct engine_packet *p)
{
    const struct sockaddr_storage *server = &t->resolvers->servers[p->server];
    size_t place = 0;
    while (place < STREAMS && t->streams[place] != NULL)
        place++;
    if (place == STREAMS)
        close_stream(t, place = t->next_stream++ % STREAMS); /* the engine asks that one again */
    struct stream_query *s = mem_new(1, sizeof *s);
    s->fd = socket(server->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    s->server = p->server;
    s->out_length = p->n + 2;
    s->out[0] = (unsigned char)(p->n >> 8);
    s->out[1] = (unsigned char)p->n;
    memcpy(s->out + 2, p->bytes, p->n);
    t->streams[place] = s;
    if (s->fd < 0)
        return;
    int ignored = connect(s->fd, (const struct sockaddr *)server, resolvers_length(server));
    (void)ignored; /* under way, or failed: the first send tells */
}

void transport_send(struct transport *t, const struct engine_packet *p)
{
    if (p->tcp)
        start_stream(t, p);
    else if (t->udp[p->server] >= 0)
        send(t->udp[p->server], p->bytes, p->n, MSG_NOSIGNAL);
}

bool transport_wait(struct transport *t, int fd, int64_t timeout_ms)
{
    struct pollfd polled[RESOLVERS + STREAMS + 1];
    nfds_t n = 0;
    polled[n++] = (struct pollfd){.fd = fd, .events = POLLIN};
    for (size_t i = 0; i < t->resolvers->count; i++)
        polled[n++] = (struct pollfd){.fd = t->udp[i], .events = POLLIN};
    for (size_t i = 0; i < STREAMS; i++)
        if (t->streams[i] != NULL)
            polled[n++] = (struct pollfd){
                .fd = t->streams[i]->fd,
                .events = t->streams[i]->sent < t->streams[i]->out_length ? POLLOUT : POLLIN};
    int timeout = timeout_ms > 1000000 ? 1000000 : (int)timeout_ms;
    return poll(polled, n, timeout) > 0 && polled[0].revents != 0;
}

/* Moves one connection on; the length of a whole message, else 0. A dead one is closed. */
static size_t run_stream(struct transport *t, size_t i, unsigned char bytes[PACKET_LIMIT])
{
    struct stream_query *s = t->streams[i];
    if (s->sent < s->out_length) {
        ssize_t n = send(s->fd, s->out + s->sent, s->out_length - s->sent, MSG_NOSIGNAL);
        s->sent += n > 0 ? (size_t)n : 0;
        return 0;
    }
    ssize_t n = recv(s->fd, s->in + s->received, sizeof s->in - s->received, 0);
    s->received += n > 0 ? (size_t)n : 0;
    size_t length = s->received >= 2 ? (size_t)(s->in[0] << 8 | s->in[1]) : 0;
    bool whole = s->received >= 2 && s->received - 2 >= length;
    if (whole)
        memcpy(bytes, s->in + 2, length);
    if (whole || n == 0)
        close_stream(t, i);
    return whole ? length : 0;
}

size_t transport_receive(struct transport *t, size_t *server, bool *tcp,
                         unsigned char bytes[PACKET_LIMIT])
{
    for (size_t i = 0; i < t->resolvers->count; i++) {
        *server = t->next_udp++ % t->resolvers->count;
        *tcp = false;
        ssize_t n = t->udp[*server] >= 0 ? recv(t->udp[*server], bytes, PACKET_LIMIT, 0) : -1;
        if (n > 0)
            return (size_t)n;
    }
    for (size_t i = 0; i < STREAMS; i++) {
        if (t->streams[i] == NULL)
            continue;
        *server = t->streams[i]->server;
        *tcp = true;
        size_t n = run_stream(t, i, bytes);
        if (n > 0)
            return n;
    }
    return 0;
}

void transport_close(struct transport *t)
{
    for (size_t i = 0; i < t->resolvers->count; i++)
        if (t->udp[i] >= 0)
            close(t->udp[i]);
    for (size_t i = 0; i < STREAMS; i++)
        if (t->streams[i] != NULL)
            close_stream(t, i);
    free(t);
}
