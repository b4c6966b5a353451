/*
 * connection: deadlines, the local address, and that no byte is lost or sent twice, against a peer
 * on loopback. The clock is the test's.
 */
#include "mxsend/connection.h"

#include "base/mem.h"
#include "tap.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 }; /* of real time: only a test that fails waits for so long */

static const struct mx_rule rule = {.connect_s = 1, .data_s = 600, .other_s = 300};

/* A connection, and the other end of it. */
struct pair {
    struct path path;
    struct connection *connection;
    int listener, peer;
    struct sockaddr_in from; /* where the peer sees the connection come from */
};

static void listen_on_loopback(struct pair *p, struct connection_options *o)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof own;
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(p->listener, (struct sockaddr *)&own, length) != 0 || listen(p->listener, 1) != 0 ||
        getsockname(p->listener, (struct sockaddr *)&own, &length) != 0)
        ok(false, "the peer listens on loopback");
    o->port = ntohs(own.sin_port);
}

static void open_connection(struct pair *p, const char *source)
{
    struct connection_options o = {"me.org", source, 0};
    struct hop hop = {span_of("mx.example.org"), span_of("127.0.0.1")};
    *p = (struct pair){.path.ip = mem_copy("127.0.0.1", 9), .path.rule = &rule, .peer = -1};
    p->path.budget = &p->path.own;
    listen_on_loopback(p, &o);
    p->connection = connection_open(&p->path, &hop, &o, 0);
}

/* Waits for events of the socket; returns them, or 0 if none of them comes. */
static short wait_for(int fd, short events)
{
    struct pollfd polled = {.fd = fd, .events = events};
    return poll(&polled, 1, PATIENCE_MS) == 1 ? polled.revents : 0;
}

/* Lets both ends connect. */
static void connect_both(struct pair *p)
{
    enum session_event event;
    socklen_t length = sizeof p->from;
    p->peer = accept(p->listener, (struct sockaddr *)&p->from, &length);
    connection_run(p->connection, wait_for(p->connection->fd, POLLOUT), 0, &event);
}

static void close_both(struct pair *p)
{
    connection_close(p->connection);
    ok(p->path.connections == 0 && p->path.budget->connections == 0,
       "a connection that is closed does not count in its path and its budget");
    close(p->listener);
    if (p->peer >= 0)
        close(p->peer);
    free(p->path.ip);
}

/* True if the connection breaks at `at_ms`, not a millisecond before, and for this reason. */
static bool times_out(struct connection *c, int64_t at_ms, const char *why)
{
    enum session_event event;
    return connection_run(c, 0, at_ms - 1, &event) == CONNECTION_NOTHING &&
           connection_run(c, 0, at_ms, &event) == CONNECTION_BROKEN &&
           strstr(c->trouble, why) != NULL;
}

static void test_deadlines(void)
{
    struct pair p;
    open_connection(&p, NULL);
    ok(p.path.connections == 1 && p.path.starting == 1 && p.path.budget->connections == 1,
       "a connection counts in its path and its budget from its start");
    ok(times_out(p.connection, 1000, "connect to 127.0.0.1"),
       "a connection has the time of connect= to be made");
    close_both(&p);
    open_connection(&p, NULL);
    connect_both(&p);
    ok(times_out(p.connection, 300000, "timed out while waiting for the greeting"),
       "the greeting has the time of other= to come");
    p.connection->trouble[0] = '\0';
    p.connection->session.state = SESSION_DOT;
    connection_set_deadline(p.connection, 0);
    ok(times_out(p.connection, 600000, "timed out while waiting for the reply to the message"),
       "the reply to the message has the time of data= to come");
    close_both(&p);
}

static void test_source(void)
{
    struct pair p;
    enum session_event event;
    open_connection(&p, "127.0.0.77");
    connect_both(&p);
    ok(p.from.sin_addr.s_addr == inet_addr("127.0.0.77"),
       "the peer sees a connection come from its source");
    ok(strcmp(p.connection->source, "127.0.0.77") == 0, "the connection knows its own address");
    close_both(&p);
    open_connection(&p, "::1");
    ok(connection_run(p.connection, 0, 0, &event) == CONNECTION_BROKEN,
       "an IPv4 address cannot be reached from an IPv6 one");
    close_both(&p);
}

/* Two replies in one piece are two replies. */
static void test_early(void)
{
    static const char replies[] = "220 hi\r\n250 early\r\n";
    struct pair p;
    enum session_event event = SESSION_CLOSED;
    open_connection(&p, NULL);
    connect_both(&p);
    struct connection *c = p.connection;
    bool sent = send(p.peer, replies, sizeof replies - 1, 0) == (ssize_t)sizeof replies - 1;
    ok(sent && connection_run(c, wait_for(c->fd, POLLIN), 0, &event) == CONNECTION_SESSION &&
           event == SESSION_GO_ON && span_is(buf_span(&c->reply.text), "220 hi"),
       "the connection reads a reply up to its end");
    reply_reset(&c->reply);
    ok(connection_run(c, wait_for(c->fd, POLLIN), 0, &event) == CONNECTION_SESSION &&
           event == SESSION_READY && span_is(buf_span(&c->reply.text), "250 early"),
       "what came in one piece with it is the next reply");
    close_both(&p);
}

/* The peer answers DATA with 250, as if it had the message. */
static void test_unexpected(void)
{
    static const char reply[] = "250 ok\r\n";
    struct pair p;
    enum session_event event;
    open_connection(&p, NULL);
    connect_both(&p);
    struct connection *c = p.connection;
    c->session.state = SESSION_DATA;
    bool sent = send(p.peer, reply, sizeof reply - 1, 0) == (ssize_t)sizeof reply - 1;
    ok(sent && connection_run(c, wait_for(c->fd, POLLIN), 0, &event) == CONNECTION_BROKEN &&
           strcmp(c->trouble, "unexpected reply 250 while waiting for the reply to DATA") == 0,
       "a connection with a reply that SMTP does not allow is broken");
    close_both(&p);
}

/* Reads what is there for the peer into `got`. Returns false if nothing comes. */
static bool drain(int peer, struct buf *got)
{
    char bytes[65536];
    ssize_t n;
    if (wait_for(peer, POLLIN) == 0)
        return false;
    while ((n = recv(peer, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        buf_add(got, bytes, (size_t)n);
    return true;
}

static void test_pieces(void)
{
    struct pair p;
    struct buf message = {0}, got = {0};
    struct body body;
    enum session_event event;
    int room = 16384, pieces = 0;
    for (int i = 0; i < 200000; i++)
        buf_format(&message, "line %d\n", i);
    body_init(&body, buf_span(&message));
    open_connection(&p, NULL);
    connect_both(&p);
    struct connection *c = p.connection;
    setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    c->session.body = &body;
    do {
        connection_run(c, wait_for(c->fd, POLLOUT) & POLLOUT, 0, &event);
        pieces++;
    } while (drain(p.peer, &got) && got.n < body.wire.n);
    ok(pieces > 2 && span_equal(buf_span(&got), buf_span(&body.wire)),
       "a body of many lines is sent as it is, however many pieces it needs");
    ok(c->session.body == NULL && c->body_sent == 0, "the connection is ready for another body");
    close_both(&p);
    body_clear(&body);
    buf_clear(&message);
    buf_clear(&got);
}

int main(void)
{
    test_deadlines();
    test_source();
    test_early();
    test_unexpected();
    test_pieces();
    return done();
}
