#include "mxlookup/transport.h"

#include "base/err.h"
#include "base/mem.h"
#include "mxlookup/tcp.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    RECEIVE_BUFFER = 4 * 1024 * 1024,
    BATCH = 64,     /* packets in one system call */
    DATAGRAM = 4096 /* more than the PACKET_UDP_SIZE that we offer; a longer one is dropped */
};

/* Packets that wait to be sent by one socket. */
struct outgoing {
    unsigned char bytes[BATCH][PACKET_QUERY_LIMIT];
    struct iovec parts[BATCH];
    struct mmsghdr headers[BATCH];
    unsigned count;
};

struct transport {
    const struct resolvers *resolvers;
    size_t sockets; /* for each server */
    int udp[ENGINE_SERVERS * ENGINE_SOCKETS];
    struct outgoing *outgoing[ENGINE_SERVERS * ENGINE_SOCKETS];
    struct tcp tcp;
    bool readable[ENGINE_SERVERS * ENGINE_SOCKETS];
    size_t at; /* the socket that is being read */
    unsigned char in[BATCH][DATAGRAM];
    struct mmsghdr headers[BATCH];
    struct iovec parts[BATCH];
    unsigned got, given; /* packets of the batch: received, handed out */
    unsigned char stream_bytes[PACKET_LIMIT];
};

static size_t socket_count(const struct transport *t)
{
    return t->resolvers->count * t->sockets;
}

static int open_udp(const struct sockaddr_storage *server)
{
    int size = RECEIVE_BUFFER;
    int fd = socket(server->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    /* A connected socket receives packets from its server only, on a port that the kernel has
     * chosen at random (RFC 5452 9.2). */
    if (fd >= 0 && connect(fd, (const struct sockaddr *)server, resolvers_length(server)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void prepare_receiving(struct transport *t)
{
    for (size_t i = 0; i < BATCH; i++) {
        t->parts[i] = (struct iovec){t->in[i], DATAGRAM};
        t->headers[i].msg_hdr = (struct msghdr){.msg_iov = &t->parts[i], .msg_iovlen = 1};
    }
}

static struct outgoing *new_outgoing(void)
{
    struct outgoing *o = mem_new(1, sizeof *o);
    for (size_t i = 0; i < BATCH; i++) {
        o->parts[i].iov_base = o->bytes[i];
        o->headers[i].msg_hdr = (struct msghdr){.msg_iov = &o->parts[i], .msg_iovlen = 1};
    }
    return o;
}

struct transport *transport_open(const struct resolvers *r, size_t sockets, int *status)
{
    struct transport *t = mem_new(1, sizeof *t);
    size_t open = 0;
    t->resolvers = r;
    t->sockets = sockets;
    prepare_receiving(t);
    for (size_t i = 0; i < socket_count(t); i++) {
        t->udp[i] = open_udp(&r->servers[i / sockets]);
        t->outgoing[i] = new_outgoing();
        open += t->udp[i] >= 0;
    }
    if (open > 0)
        return t;
    err_errno("cannot reach any DNS server; name one with --resolver IP");
    *status = EX_UNAVAILABLE;
    transport_close(t);
    return NULL;
}

/* If sendmmsg(2) fails, since the server is not there, one packet is dropped and the rest go on. */
static void flush_socket(struct transport *t, size_t i)
{
    struct outgoing *o = t->outgoing[i];
    for (unsigned sent = 0; sent < o->count;) {
        int n = sendmmsg(t->udp[i], o->headers + sent, o->count - sent, MSG_NOSIGNAL);
        sent += n > 0 ? (unsigned)n : 1;
    }
    o->count = 0;
}

void transport_send(struct transport *t, const struct engine_packet *p)
{
    size_t server = p->channel.server, i = server * t->sockets + p->channel.socket;
    if (p->channel.socket == ENGINE_SOCKETS) {
        tcp_ask(&t->tcp, &t->resolvers->servers[server], server, p->bytes, p->n);
        return;
    }
    struct outgoing *o = t->outgoing[i];
    if (t->udp[i] < 0)
        return;
    memcpy(o->bytes[o->count], p->bytes, p->n);
    o->parts[o->count].iov_len = p->n;
    if (++o->count == BATCH)
        flush_socket(t, i);
}

void transport_flush(struct transport *t)
{
    for (size_t i = 0; i < socket_count(t); i++)
        if (t->outgoing[i]->count > 0)
            flush_socket(t, i);
}

bool transport_wait(struct transport *t, int fd, int64_t timeout_ms)
{
    struct pollfd polled[ENGINE_SERVERS * ENGINE_SOCKETS + TCP_MOST + 1];
    nfds_t n = 0;
    polled[n++] = (struct pollfd){.fd = fd, .events = POLLIN};
    for (size_t i = 0; i < socket_count(t); i++)
        polled[n++] = (struct pollfd){.fd = t->udp[i], .events = POLLIN};
    n += tcp_poll(&t->tcp, polled + n);
    int timeout = t->tcp.ended_count > 0 ? 0 : timeout_ms > 1000000 ? 1000000 : (int)timeout_ms;
    bool any = poll(polled, n, timeout) > 0;
    for (size_t i = 0; i < socket_count(t); i++)
        t->readable[i] = any && polled[i + 1].revents != 0;
    t->at = 0;
    return any && polled[0].revents != 0;
}

static bool receive_batch(struct transport *t)
{
    t->got = t->given = 0;
    for (; t->at < socket_count(t); t->at++) {
        if (!t->readable[t->at])
            continue;
        int n = recvmmsg(t->udp[t->at], t->headers, BATCH, MSG_DONTWAIT, NULL);
        t->readable[t->at] = n == BATCH;
        if (n > 0) {
            t->got = (unsigned)n;
            return true;
        }
    }
    return false;
}

size_t transport_receive(struct transport *t, struct channel *from, const unsigned char **bytes)
{
    while (t->given < t->got || receive_batch(t)) {
        const struct mmsghdr *h = &t->headers[t->given];
        *bytes = t->in[t->given++];
        *from = (struct channel){t->at / t->sockets, t->at % t->sockets};
        if (h->msg_len > 0 && (h->msg_hdr.msg_flags & MSG_TRUNC) == 0)
            return h->msg_len;
    }
    *bytes = t->stream_bytes;
    from->socket = ENGINE_SOCKETS;
    return tcp_receive(&t->tcp, &from->server, t->stream_bytes);
}

bool transport_next_ended(struct transport *t, struct channel *channel, uint16_t *id)
{
    struct tcp_connection ended;
    if (!tcp_next_ended(&t->tcp, &ended))
        return false;
    *channel = (struct channel){ended.number, ENGINE_SOCKETS};
    *id = ended.id;
    return true;
}

void transport_close(struct transport *t)
{
    for (size_t i = 0; i < socket_count(t); i++) {
        if (t->udp[i] >= 0)
            close(t->udp[i]);
        free(t->outgoing[i]);
    }
    tcp_close(&t->tcp);
    free(t);
}
