#include "tcp.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 65536 + 2 };

struct client {
    int fd;
    unsigned char in[ROOM];
    size_t n; /* bytes of queries that are not answered yet */
};

static struct client *clients[TCP_CLIENTS]; /* in the order of their arrival */
static size_t count;

/* Answers to one client that go out together. */
static unsigned char out[ROOM + PACKET_LIMIT];
static size_t waiting;

static void end_client(size_t i)
{
    close(clients[i]->fd);
    free(clients[i]);
    count--;
    memmove(clients + i, clients + i + 1, (count - i) * sizeof *clients);
}

void tcp_accept(int listening)
{
    struct timeval patience = {.tv_sec = 2};
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (count == TCP_CLIENTS)
        end_client(0);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    clients[count] = calloc(1, sizeof **clients);
    clients[count++]->fd = fd;
}

nfds_t tcp_poll(struct pollfd polled[TCP_CLIENTS])
{
    for (size_t i = 0; i < count; i++)
        polled[i] = (struct pollfd){.fd = clients[i]->fd, .events = POLLIN};
    return count;
}

static bool flush(int fd)
{
    ssize_t sent = waiting > 0 ? send(fd, out, waiting, MSG_NOSIGNAL) : 0;
    bool good = sent == (ssize_t)waiting;
    waiting = 0;
    return good;
}

/* Answers the complete queries; false if one has no answer or the client does not read. */
static bool answer_all(struct client *c, tcp_answer *answer)
{
    size_t at = 0, length;
    bool good = true;
    while (good && c->n - at >= 2 &&
           c->n - at >= 2 + (length = (size_t)(c->in[at] << 8 | c->in[at + 1]))) {
        size_t n = answer(c->in + at + 2, length, out + waiting + 2);
        out[waiting] = (unsigned char)(n >> 8);
        out[waiting + 1] = (unsigned char)n;
        good = n > 0;
        waiting += good ? n + 2 : 0;
        at += 2 + length;
        if (waiting + PACKET_LIMIT + 2 > ROOM)
            good = flush(c->fd) && good;
    }
    c->n -= at;
    memmove(c->in, c->in + at, c->n);
    return flush(c->fd) && good;
}

void tcp_serve(const struct pollfd *polled, nfds_t n, tcp_answer *answer)
{
    for (size_t i = n; i-- > 0;) { /* from the end, since end_client() moves up later ones */
        struct client *c = clients[i];
        if (polled[i].revents == 0)
            continue;
        ssize_t got = recv(c->fd, c->in + c->n, ROOM - c->n, MSG_DONTWAIT);
        c->n += got > 0 ? (size_t)got : 0;
        if (got <= 0 || !answer_all(c, answer))
            end_client(i);
    }
}
