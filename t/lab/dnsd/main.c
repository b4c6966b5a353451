/*
 * dnsd: the lab's DNS responder, on UDP and TCP of one loopback port (t/lab/README.md). Prints
 * `ready PORT` and exits when stdin ends.
 */
#include "base/ascii.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/options.h"
#include "packet.h"
#include "tcp.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

enum { LATE = 65536, BATCH = 64, LATE_BYTES = 600 };

static int64_t port, delay_ms, loss, seed = 1, rate, forge;
static bool refuse, no_tcp, silent_tcp, fold;
static const char *zone_file;

static const struct option_entry own_table[] = {
    {'p', "port", OPTION_NUMBER, &port, "N", "listen on port N; the default, 0, is a free one", 0,
     65535},
    {'z', "zone", OPTION_TEXT, &zone_file, "FILE", "read records, NAME TYPE VALUE [TTL], from FILE",
     0, 0},
    {0, "delay", OPTION_NUMBER, &delay_ms, "MS", "delay answers by MS milliseconds", 0, 10000},
    {0, "loss", OPTION_NUMBER, &loss, "PERCENT", "leave PERCENT of the UDP queries unanswered", 0,
     100},
    {0, "seed", OPTION_NUMBER, &seed, "N", "repeat the losses of seed N; the default is 1", 0, 0},
    {0, "rate", OPTION_NUMBER, &rate, "N", "drop queries above N a second", 1, 10000000},
    {0, "refuse", OPTION_FLAG, &refuse, NULL, "refuse queries above --rate instead", 0, 0},
    {0, "fold", OPTION_FLAG, &fold, NULL, "send the question back in lower case", 0, 0},
    {0, "no-tcp", OPTION_FLAG, &no_tcp, NULL, "refuse connections by TCP", 0, 0},
    {0, "silent-tcp", OPTION_FLAG, &silent_tcp, NULL, "answer nothing by TCP", 0, 0},
    {0, "forge", OPTION_NUMBER, &forge, "N", "send N forged answers before each true one", 0, 100},
    {0},
};
static const struct option_usage usage = {"[options]",
                                          "A DNS responder on loopback that misbehaves on demand.",
                                          (const struct option_entry *const[]){own_table, NULL}};

/* An answer that is sent later. */
struct late {
    int64_t due_ms;
    struct sockaddr_in to;
    unsigned char bytes[LATE_BYTES];
    size_t n;
};

static struct zone zone;
static struct late *late;
static size_t late_count;

/* Answers that sendmmsg(2) sends together. */
static struct {
    unsigned char bytes[BATCH][PACKET_LIMIT];
    struct sockaddr_in to[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr headers[BATCH];
    unsigned count;
} outgoing;

/* Sockets to send forged answers from: on another port, and on another address. */
static int elsewhere[2];

/* Listens on 127.0.0.HOST, and on a free port if `wanted` is 0. Exits if it cannot. */
static int open_socket(int type, int host, int64_t wanted)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)wanted)};
    int on = 1, fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), room = 16 << 20;
    to.sin_addr.s_addr = htonl(0x7f000000U + (unsigned)host);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    if (bind(fd, (struct sockaddr *)&to, sizeof to) != 0 ||
        (type == SOCK_STREAM && listen(fd, 64) != 0)) {
        err_errno("cannot listen on port %d of 127.0.0.%d", (int)wanted, host);
        exit(EX_UNAVAILABLE);
    }
    return fd;
}

static int port_of(int fd)
{
    struct sockaddr_in to;
    socklen_t size = sizeof to;
    getsockname(fd, (struct sockaddr *)&to, &size);
    return ntohs(to.sin_port);
}

static unsigned int random_state;

/* True if the query is above --rate, with bursts of 20 ms. */
static bool is_over_rate(void)
{
    static int64_t last_ms;
    static double credit;
    int64_t now = clock_monotonic_ms();
    if (rate == 0)
        return false;
    double most = (double)rate / 50;
    credit += (double)rate * (double)(now - last_ms) / 1000;
    credit = last_ms == 0 || credit > most ? most : credit;
    last_ms = now;
    credit -= credit >= 1;
    return credit < 1;
}

/* Writes the answer to a query and returns its length, or 0 to send no answer; sets *delay, in
 * milliseconds, before which it must not be sent. */
static size_t answer(const unsigned char *bytes, size_t n, bool tcp,
                     unsigned char out[PACKET_LIMIT], int64_t *delay)
{
    static struct zone_answer a;
    struct question q;
    if (!packet_read(bytes, n, &q))
        return 0;
    for (size_t i = 0; fold && i + 4 < q.raw_length; i++)
        q.raw[i] = (unsigned char)ascii_to_lower((char)q.raw[i]);
    bool too_much = is_over_rate();
    if ((too_much && !refuse) || (!tcp && loss > 0 && rand_r(&random_state) % 100 < loss))
        return 0;
    if (too_much)
        zone_refuse(&a);
    else
        zone_ask(&zone, q.name, q.type, &a);
    *delay = delay_ms + a.delay_ms;
    return a.drop ? 0 : packet_write(&q, &a, tcp, out);
}

static void flush(int fd)
{
    for (unsigned sent = 0; sent < outgoing.count;) {
        int n = sendmmsg(fd, outgoing.headers + sent, outgoing.count - sent, 0);
        sent += n > 0 ? (unsigned)n : 1;
    }
    outgoing.count = 0;
}

/* The place for the next answer, which send_next() sends. */
static unsigned char *next_bytes(int fd)
{
    if (outgoing.count == BATCH)
        flush(fd);
    return outgoing.bytes[outgoing.count];
}

static void send_next(size_t n, const struct sockaddr_in *to)
{
    unsigned i = outgoing.count++;
    outgoing.to[i] = *to;
    outgoing.parts[i] = (struct iovec){outgoing.bytes[i], n};
    outgoing.headers[i].msg_hdr = (struct msghdr){.msg_name = &outgoing.to[i],
                                                  .msg_namelen = sizeof outgoing.to[i],
                                                  .msg_iov = &outgoing.parts[i],
                                                  .msg_iovlen = 1};
}

/* An answer that is too long, or finds no place, is lost. */
static void send_later(const unsigned char *bytes, size_t n, const struct sockaddr_in *to,
                       int64_t delay)
{
    if (late_count == LATE || n > LATE_BYTES)
        return;
    struct late *l = &late[late_count++];
    l->due_ms = clock_monotonic_ms() + delay;
    l->to = *to;
    l->n = n;
    memcpy(l->bytes, bytes, n);
}

static void send_due(int fd)
{
    static int64_t looked;
    int64_t now = clock_monotonic_ms();
    if (now == looked)
        return;
    looked = now;
    for (size_t i = late_count; i-- > 0;)
        if (late[i].due_ms <= now) {
            memcpy(next_bytes(fd), late[i].bytes, late[i].n);
            send_next(late[i].n, &late[i].to);
            late[i] = late[--late_count];
        }
    flush(fd);
}

/* Sends --forge answers, each wrong in the next way: another id, question, class or opcode, a
 * query, or sent from elsewhere. They hold values that mxlookup must never print. */
static void send_forgeries(int fd, const unsigned char *in, size_t n, const struct sockaddr_in *to)
{
    enum { WAYS = FORGE_NOTHING + sizeof elsewhere / sizeof *elsewhere };
    for (int64_t i = 0; i < forge; i++) {
        int way = (int)i % WAYS, from = way - FORGE_NOTHING;
        unsigned char *out = next_bytes(fd);
        size_t length = packet_forge(in, n, from < 0 ? (enum forgery)way : FORGE_NOTHING,
                                     rand_r(&random_state), out);
        if (length > 0 && from < 0)
            send_next(length, to);
        else if (length > 0)
            sendto(elsewhere[from], out, length, 0, (const struct sockaddr *)to, sizeof *to);
    }
}

static void answer_datagram(int fd, const unsigned char *in, size_t n,
                            const struct sockaddr_in *from)
{
    int64_t delay = 0;
    send_forgeries(fd, in, n, from);
    unsigned char *out = next_bytes(fd);
    size_t length = answer(in, n, false, out, &delay);
    if (length > 0 && delay > 0)
        send_later(out, length, from, delay);
    else if (length > 0)
        send_next(length, from);
}

static void serve_udp(int fd)
{
    static unsigned char in[BATCH][PACKET_LIMIT];
    static struct sockaddr_in from[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr headers[BATCH];
    int n;
    do {
        for (size_t i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){in[i], sizeof in[i]};
            headers[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                                 .msg_namelen = sizeof from[i],
                                                 .msg_iov = &parts[i],
                                                 .msg_iovlen = 1};
        }
        n = recvmmsg(fd, headers, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++)
            answer_datagram(fd, in[i], headers[i].msg_len, &from[i]);
        flush(fd);
        if (late_count > 0)
            send_due(fd);
    } while (n == BATCH);
}

/* Nothing is delayed over TCP. */
static size_t answer_tcp(const unsigned char *bytes, size_t n, unsigned char out[PACKET_LIMIT])
{
    int64_t delay;
    return answer(bytes, n, true, out, &delay);
}

static void serve(int udp, int tcp)
{
    enum { OWN = 3 };
    struct pollfd polled[OWN + TCP_CLIENTS] = {
        {udp, POLLIN, 0}, {silent_tcp ? -1 : tcp, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    char byte;
    late = calloc(LATE, sizeof *late);
    for (;;) {
        nfds_t streams = tcp_poll(polled + OWN);
        poll(polled, OWN + streams, late_count > 0 ? 1 : -1);
        send_due(udp);
        if (polled[0].revents != 0)
            serve_udp(udp);
        tcp_serve(polled + OWN, streams, answer_tcp);
        if (polled[1].revents != 0)
            tcp_accept(tcp);
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
    random_state = (unsigned)seed;
    int tcp = open_socket(SOCK_STREAM, 1, port), udp = open_socket(SOCK_DGRAM, 1, port_of(tcp));
    elsewhere[0] = open_socket(SOCK_DGRAM, 1, 0);
    elsewhere[1] = open_socket(SOCK_DGRAM, 2, port_of(tcp));
    printf("ready %d\n", port_of(tcp));
    fflush(stdout);
    if (no_tcp) {
        close(tcp);
        tcp = -1;
    }
    serve(udp, tcp);
    return 0;
}
