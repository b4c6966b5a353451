#include "mxsend/connection.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Sets *out to the socket address of a valid IP address; returns its length. */
static socklen_t make_address(const char *ip, int64_t port, struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, ip, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof v4);
        return sizeof v4;
    }
    inet_pton(AF_INET6, ip, &v6.sin6_addr);
    memcpy(out, &v6, sizeof v6);
    return sizeof v6;
}

static void note_source(struct connection *c)
{
    struct sockaddr_storage own;
    socklen_t length = sizeof own;
    if (getsockname(c->fd, (struct sockaddr *)&own, &length) != 0)
        return;
    if (own.ss_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)&own)->sin_addr, c->source, sizeof c->source);
    else
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&own)->sin6_addr, c->source, sizeof c->source);
}

static void note_connect_failure(struct connection *c, int error)
{
    snprintf(c->trouble, sizeof c->trouble, "connect to %s port %d: %s", c->path->ip, (int)c->port,
             strerror(error));
}

static bool bind_source(int fd, const char *source, sa_family_t family)
{
    struct sockaddr_storage own;
    socklen_t length = make_address(source, 0, &own);
    return own.ss_family == family && bind(fd, (struct sockaddr *)&own, length) == 0;
}

bool connection_is_source(const char *source)
{
    struct in6_addr address;
    int family = inet_pton(AF_INET, source, &address) == 1 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && inet_pton(AF_INET6, source, &address) != 1)
        return false;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is = fd >= 0 && bind_source(fd, source, (sa_family_t)family);
    if (fd >= 0)
        close(fd);
    return is;
}

static void start_connect(struct connection *c, const struct connection_options *o)
{
    struct sockaddr_storage to;
    socklen_t length = make_address(c->path->ip, o->port, &to);
    c->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool bound = c->fd >= 0 && (o->source == NULL || bind_source(c->fd, o->source, to.ss_family));
    if (!bound || (connect(c->fd, (struct sockaddr *)&to, length) != 0 && errno != EINPROGRESS))
        note_connect_failure(c, bound || c->fd < 0 ? errno : EADDRNOTAVAIL);
}

struct connection *connection_open(struct path *p, const struct hop *hop,
                                   const struct connection_options *o, int64_t now_ms)
{
    struct connection *c = mem_new(1, sizeof *c);
    c->path = p;
    c->port = o->port;
    c->connecting = true;
    c->end_ms = INT64_MAX;
    snprintf(c->host, sizeof c->host, "%.*s", (int)(hop->host.n < 255 ? hop->host.n : 255),
             hop->host.p);
    session_init(&c->session, o->helo);
    reply_reset(&c->reply);
    start_connect(c, o);
    note_source(c);
    connection_set_deadline(c, now_ms);
    p->connections++;
    p->starting++;
    p->budget->connections++;
    return c;
}

void connection_set_deadline(struct connection *c, int64_t now_ms)
{
    const struct mx_rule *r = c->path->rule;
    int64_t seconds = c->connecting                       ? r->connect_s
                      : session_is_past_data(&c->session) ? r->data_s
                                                          : r->other_s;
    int64_t deadline_ms = now_ms + seconds * 1000;
    c->deadline_ms = deadline_ms < c->end_ms ? deadline_ms : c->end_ms;
}

static struct span unsent_body(const struct connection *c)
{
    const struct body *b = c->session.body;
    return b == NULL ? span_make(NULL, 0)
                     : span_make(b->wire.p + c->body_sent, b->wire.n - c->body_sent);
}

short connection_wants(const struct connection *c)
{
    return c->connecting || c->session.out.n > 0 || c->session.body != NULL ? POLLOUT | POLLIN
                                                                            : POLLIN;
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EINTR;
}

/* Sends the commands, then the body, as far as the socket accepts them. Returns false if the
 * connection is lost. */
static bool send_some(struct connection *c)
{
    struct session *s = &c->session;
    while (s->out.n > 0) {
        ssize_t n = send(c->fd, s->out.p, s->out.n, MSG_NOSIGNAL);
        if (n < 0)
            return would_block();
        buf_drop(&s->out, (size_t)n);
    }
    for (struct span rest = unsent_body(c); rest.n > 0; rest = unsent_body(c)) {
        ssize_t n = send(c->fd, rest.p, rest.n, MSG_NOSIGNAL);
        if (n < 0)
            return would_block();
        c->body_sent += (size_t)n;
    }
    s->body = NULL;
    c->body_sent = 0;
    return true;
}

static enum connection_event broken(struct connection *c, const char *what)
{
    snprintf(c->trouble, sizeof c->trouble, "%s while waiting for %s", what,
             session_waits_for(&c->session));
    return CONNECTION_BROKEN;
}

static enum connection_event handle_reply(struct connection *c, int64_t now_ms,
                                          enum session_event *event)
{
    char what[32];
    *event = session_feed(&c->session, &c->reply);
    if (*event == SESSION_UNEXPECTED) {
        snprintf(what, sizeof what, "unexpected reply %s", c->reply.digits);
        return broken(c, what);
    }
    connection_set_deadline(c, now_ms);
    return CONNECTION_SESSION;
}

static enum connection_event read_reply(struct connection *c, int64_t now_ms,
                                        enum session_event *event)
{
    char bytes[4096];
    size_t used;
    /* Peeks, then reads only the bytes of this reply: what a server sends before we have asked for
     * it stays in the socket until it is due. */
    ssize_t n = recv(c->fd, bytes, sizeof bytes, MSG_PEEK);
    if (n < 0 && would_block())
        return CONNECTION_NOTHING;
    if (n <= 0)
        return broken(c, n == 0 ? "connection closed by the remote host" : "connection lost");
    enum reply_event got = reply_feed(&c->reply, span_make(bytes, (size_t)n), &used);
    recv(c->fd, bytes, used, 0);
    if (got == REPLY_MORE)
        return CONNECTION_NOTHING;
    if (got == REPLY_BAD)
        return broken(c, "no SMTP reply came from the remote host");
    return handle_reply(c, now_ms, event);
}

static enum connection_event finish_connect(struct connection *c, int64_t now_ms)
{
    int error = 0;
    socklen_t length = sizeof error;
    struct sockaddr_storage to;
    socklen_t to_length = sizeof to;
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0 &&
        getpeername(c->fd, (struct sockaddr *)&to, &to_length) != 0)
        return CONNECTION_NOTHING; /* still connecting */
    if (error != 0) {
        note_connect_failure(c, error);
        return CONNECTION_BROKEN;
    }
    c->connecting = false;
    note_source(c);
    connection_set_deadline(c, now_ms);
    return CONNECTION_NOTHING;
}

enum connection_event connection_run(struct connection *c, short revents, int64_t now_ms,
                                     enum session_event *event)
{
    if (c->trouble[0] != '\0')
        return CONNECTION_BROKEN;
    if (now_ms >= c->deadline_ms) {
        if (c->connecting)
            note_connect_failure(c, ETIMEDOUT);
        else
            broken(c, "timed out");
        return CONNECTION_BROKEN;
    }
    if (c->connecting)
        return revents != 0 ? finish_connect(c, now_ms) : CONNECTION_NOTHING;
    /* If sending fails but there is something to read, it may be the reply that tells why. */
    if ((revents & POLLOUT) != 0 && !send_some(c) && (revents & POLLIN) == 0)
        return broken(c, "connection lost");
    if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        return read_reply(c, now_ms, event);
    return CONNECTION_NOTHING;
}

void connection_close(struct connection *c)
{
    c->path->connections--;
    c->path->budget->connections--;
    if (c->fd >= 0)
        close(c->fd);
    session_clear(&c->session);
    reply_clear(&c->reply);
    free(c);
}
