#include "mxlookup/transport.h"

#include "base/err.h"
#include "base/mem.h"
#include "mxlookup/tcp.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    BATCH = ENGINE_TURN,        /* packets that go out in one system call */
    RECEIVED = ENGINE_TURN + 1, /* that come in: one more, so that a whole turn is seen to be all */
    SPARE_SOCKETS = 16,         /* for each server, besides those that its queries in flight need */
    OTHER_FILES = TCP_MOST + 32, /* descriptors that UDP leaves to the rest of the tool */
    DATAGRAM = 4096 /* more than the PACKET_UDP_SIZE that we offer; a longer one is dropped */
};

/* Packets that wait to be sent to one server, all by one socket. */
struct outgoing {
    size_t socket; /* its place in `udp` */
    unsigned char bytes[BATCH][PACKET_QUERY_LIMIT];
    struct iovec parts[BATCH];
    struct mmsghdr headers[BATCH];
    unsigned count;
};

struct transport {
    const struct resolvers *resolvers;
    size_t sockets; /* for each server */
    int *udp;       /* those of all servers, one after the other; -1: not open */
    bool *readable; /* those of `udp` that are */
    struct pollfd *polled;
    struct outgoing *outgoing[ENGINE_SERVERS];
    struct tcp tcp;
    size_t at; /* the socket that is being read */
    unsigned char in[RECEIVED][DATAGRAM];
    struct mmsghdr headers[RECEIVED];
    struct iovec parts[RECEIVED];
    unsigned got, given; /* packets of the batch: received, handed out */
    unsigned char stream_bytes[PACKET_LIMIT];
};

static size_t socket_count(const struct transport *t)
{
    return t->resolvers->count * t->sockets;
}

static int open_udp(const struct sockaddr_storage *server)
{
    int fd = socket(server->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
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
    for (size_t i = 0; i < RECEIVED; i++) {
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

/* The sockets whose turns the queries in flight take, twice, so that half of them rest: a socket
 * gets a new port when no answer is missing. The limit of descriptors bounds them. */
size_t transport_sockets(size_t servers, size_t window)
{
    struct rlimit files;
    size_t count = SPARE_SOCKETS + 2 * window / (servers * ENGINE_TURN), most = ENGINE_SOCKETS - 1;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < most * servers + OTHER_FILES)
        most = files.rlim_cur > OTHER_FILES ? (files.rlim_cur - OTHER_FILES) / servers : 0;
    count = count < most ? count : most;
    return count > 0 ? count : 1;
}

/* True if there is a way to a server: its first socket is opened to try that. */
static bool can_reach_any(struct transport *t)
{
    bool any = false;
    for (size_t i = 0; i < t->resolvers->count; i++) {
        t->udp[i * t->sockets] = open_udp(&t->resolvers->servers[i]);
        any = any || t->udp[i * t->sockets] >= 0;
    }
    return any;
}

struct transport *transport_open(const struct resolvers *r, size_t sockets, int *status)
{
    struct transport *t = mem_new(1, sizeof *t);
    t->resolvers = r;
    t->sockets = sockets;
    t->udp = mem_new(socket_count(t), sizeof *t->udp);
    t->readable = mem_new(socket_count(t), sizeof *t->readable);
    t->polled = mem_new(socket_count(t) + TCP_MOST + 1, sizeof *t->polled);
    for (size_t i = 0; i < socket_count(t); i++)
        t->udp[i] = -1;
    for (size_t i = 0; i < r->count; i++)
        t->outgoing[i] = new_outgoing();
    prepare_receiving(t);
    if (can_reach_any(t))
        return t;
    err_errno("cannot reach any DNS server; name one with --resolver IP");
    *status = EX_UNAVAILABLE;
    transport_close(t);
    return NULL;
}

/* If sendmmsg(2) fails, since the server is not there, one packet is dropped and the rest go on. */
static void flush_server(struct transport *t, size_t server)
{
    struct outgoing *o = t->outgoing[server];
    for (unsigned sent = 0; sent < o->count;) {
        int n = sendmmsg(t->udp[o->socket], o->headers + sent, o->count - sent, MSG_NOSIGNAL);
        sent += n > 0 ? (unsigned)n : 1;
    }
    o->count = 0;
}

/* Makes a socket the one by which packets go out to the server. */
static void change_socket(struct transport *t, size_t server, size_t i, bool fresh)
{
    flush_server(t, server);
    t->outgoing[server]->socket = i;
    if (!fresh)
        return;
    if (t->udp[i] >= 0)
        close(t->udp[i]);
    t->udp[i] = open_udp(&t->resolvers->servers[server]);
}

void transport_send(struct transport *t, const struct engine_packet *p)
{
    size_t server = p->channel.server, i = server * t->sockets + p->channel.socket;
    if (p->channel.socket == ENGINE_SOCKETS) {
        tcp_ask(&t->tcp, &t->resolvers->servers[server], server, p->bytes, p->n);
        return;
    }
    struct outgoing *o = t->outgoing[server];
    if (p->fresh || o->socket != i)
        change_socket(t, server, i, p->fresh);
    if (t->udp[i] < 0)
        return;
    memcpy(o->bytes[o->count], p->bytes, p->n);
    o->parts[o->count].iov_len = p->n;
    if (++o->count == BATCH)
        flush_server(t, server);
}

void transport_flush(struct transport *t)
{
    for (size_t i = 0; i < t->resolvers->count; i++)
        flush_server(t, i);
}

bool transport_wait(struct transport *t, int fd, int64_t timeout_ms)
{
    struct pollfd *polled = t->polled;
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
        int n = recvmmsg(t->udp[t->at], t->headers, RECEIVED, MSG_DONTWAIT, NULL);
        t->readable[t->at] = n == RECEIVED;
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
    for (size_t i = 0; i < socket_count(t); i++)
        if (t->udp[i] >= 0)
            close(t->udp[i]);
    for (size_t i = 0; i < t->resolvers->count; i++)
        free(t->outgoing[i]);
    free(t->udp);
    free(t->readable);
    free(t->polled);
    tcp_close(&t->tcp);
    free(t);
}
