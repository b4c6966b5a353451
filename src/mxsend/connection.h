/*
 * connection: a TCP connection with a session on it: bytes in and out, deadlines. It decides
 * nothing: connection_run() gives the session's events to its caller.
 */
#ifndef MXSEND_CONNECTION_H
#define MXSEND_CONNECTION_H

#include "mxsend/path.h"

struct connection {
    int fd;
    int64_t port;
    bool connecting;
    struct path *path;
    struct job *job; /* the message under way, or NULL */
    struct session session;
    struct reply reply;
    size_t body_sent;
    int64_t deadline_ms; /* ms */
    int64_t end_ms;      /* ms: no deadline is later, whatever the session waits for */
    int64_t messages;    /* begun on this connection */
    char source[64];     /* our address */
    char host[256];      /* the name that led here */
    char trouble[160];   /* why the connection is of no use any more */
};

struct connection_options {
    const char *helo;
    const char *source; /* to bind to, or NULL */
    int64_t port;
};

enum connection_event {
    CONNECTION_NOTHING,
    CONNECTION_SESSION, /* *event is the session's */
    CONNECTION_BROKEN,  /* c->trouble says why; c->reply may hold what was said */
};

/* Starts to connect; a failure comes as CONNECTION_BROKEN. */
struct connection *connection_open(struct path *p, const struct hop *hop,
                                   const struct connection_options *o, int64_t now_ms);

/* What to poll for. */
short connection_wants(const struct connection *c);

/* Goes on after poll(2) said `revents`, or with 0 to look at the deadline. */
enum connection_event connection_run(struct connection *c, short revents, int64_t now_ms,
                                     enum session_event *event);

/* Sets the deadline for what the session waits for now. */
void connection_set_deadline(struct connection *c, int64_t now_ms);
void connection_close(struct connection *c);

#endif
