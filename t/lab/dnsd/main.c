/*
 * dnsd: the lab's DNS responder, on UDP and TCP of one loopback port (t/lab/README.md). Ends when
 * stdin does.
 */
#include "clock.h"
#include "err.h"
#include "options.h"
#include "packet.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

enum { LATE = 4096 };

static int64_t port, delay_ms, loss, seed = 1;
static const char *zone_file;

static const struct option_entry own_table[] = {
    {'p', "port", OPTION_NUMBER, &port, "N", "port, 0 for a free one", 0, 65535},
    {'z', "zone", OPTION_TEXT, &zone_file, "FILE", "NAME TYPE VALUE lines", 0, 0},
    {0, "delay", OPTION_NUMBER, &delay_ms, "MS", "answer so much later", 0, 10000},
    {0, "loss", OPTION_NUMBER, &loss, "PERCENT", "leave questions unanswered", 0, 100},
    {0, "seed", OPTION_NUMBER, &seed, "N", "of the losses", 0, 0},
    {0},
};
static const struct option_usage usage = {"[options]",
                                          "A DNS responder on loopback that misbehaves on demand.",
                                          (const struct option_entry *const[]){own_table, NULL}};

/* An answer that is sent later. */
struct late {
    int64_t due_ms;
    struct sockaddr_in to;
    unsigned char bytes[PACKET_LIMIT];
    size_t n;
};

static struct zone zone;
static struct late late[LATE];
static size_t late_count;

static int open_socket(int type)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof to;
    int on = 1, fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), room = 4 << 20;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (bind(fd, (struct sockaddr *)&to, sizeof to) != 0 ||
        (type == SOCK_STREAM && listen(fd, 64) != 0)) {
        err_errno("cannot listen on port %d", (int)port);
        exit(EX_UNAVAILABLE);
    }
    getsockname(fd, (struct sockaddr *)&to, &size);
    port = ntohs(to.sin_port);
    return fd;
}

/* The answer to a query, 0 where there is none; *delay in ms. */
static size_t answer(const unsigned char *bytes, size_t n, bool tcp,
                     unsigned char out[PACKET_LIMIT], int64_t *delay)
{
    static unsigned int state;
    static struct zone_answer a;
    struct question q;
    state = state != 0 ? state : (unsigned)seed;
    if (!packet_read(bytes, n, &q))
        return 0;
    zone_ask(&zone, q.name, q.type, &a);
    *delay = delay_ms + a.delay_ms;
    if (a.drop || (!tcp && rand_r(&state) % 100 < loss))
        return 0;
    return packet_write(&q, &a, tcp, out);
}

static void send_later(const unsigned char *bytes, size_t n, const struct sockaddr_in *to,
                       int64_t delay)
{
    if (late_count == LATE)
        return;
    struct late *l = &late[late_count++];
    l->due_ms = clock_monotonic_ms() + delay;
    l->to = *to;
    l->n = n;
    memcpy(l->bytes, bytes, n);
}

static void send_due(int fd)
{
    int64_t now = clock_monotonic_ms();
    for (size_t i = late_count; i-- > 0;)
        if (late[i].due_ms <= now) {
            sendto(fd, late[i].bytes, late[i].n, 0, (struct sockaddr *)&late[i].to,
                   sizeof late[i].to);
            late[i] = late[--late_count];
        }
}

static void serve_udp(int fd)
{
    unsigned char in[PACKET_LIMIT], out[PACKET_LIMIT];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t n;
    while ((n = recvfrom(fd, in, sizeof in, MSG_DONTWAIT, (struct sockaddr *)&from, &size)) > 0) {
        int64_t delay = 0;
        size_t length = answer(in, (size_t)n, false, out, &delay);
        if (length > 0 && delay > 0)
            send_later(out, length, &from, delay);
        else if (length > 0)
            sendto(fd, out, length, 0, (struct sockaddr *)&from, size);
    }
}

static bool read_all(int fd, unsigned char *p, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, p, n);
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

/* One TCP client at a time, and two seconds for it: enough for tests. */
static void serve_tcp(int fd)
{
    unsigned char in[PACKET_LIMIT], out[PACKET_LIMIT + 2];
    struct timeval patience = {.tv_sec = 2};
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (read_all(client, in, 2)) {
        int64_t delay = 0;
        size_t n = (size_t)(in[0] << 8 | in[1]);
        if (n > sizeof in || !read_all(client, in, n))
            break;
        size_t length = answer(in, n, true, out + 2, &delay);
        out[0] = (unsigned char)(length >> 8);
        out[1] = (unsigned char)length;
        if (length == 0 || send(client, out, length + 2, MSG_NOSIGNAL) < 0)
            break;
    }
    close(client);
}

static void serve(int udp, int tcp)
{
    struct pollfd polled[3] = {{udp, POLLIN, 0}, {tcp, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    char byte;
    for (;;) {
        poll(polled, 3, late_count > 0 ? 1 : -1);
        send_due(udp);
        if (polled[0].revents != 0)
            serve_udp(udp);
        if (polled[1].revents != 0)
            serve_tcp(tcp);
        if (polled[2].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0)
            return;
    }
}

int main(int argc, char **argv)
{
    int operands;
    int status = options_parse("dnsd", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (zone_file != NULL && !zone_load(&zone, zone_file))
        return EX_CONFIG;
    int tcp = open_socket(SOCK_STREAM), udp = open_socket(SOCK_DGRAM);
    printf("ready %d\n", (int)port);
    fflush(stdout);
    serve(udp, tcp);
    return 0;
}
