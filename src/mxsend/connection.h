/*
 * connection: a TCP connection with an SMTP session on it: it moves bytes and keeps deadlines. It
 * decides nothing: connection_run() hands the session's events to its caller. A connection owns its
 * socket, session and reply; path and job are borrowed. Every failure comes as CONNECTION_BROKEN.
 * All times are milliseconds of the monotonic clock (clock_monotonic_ms()).
 */
#ifndef MXSEND_CONNECTION_H
#define MXSEND_CONNECTION_H

#include "mxsend/path_limits.h"

struct connection {
    int fd; /* -1 if no socket could be made */
    int64_t port;
    bool connecting;
    struct path *path; /* borrowed; must outlive the connection */
    struct job *job;   /* the message in progress, or NULL; set by the caller */
    struct session session;
    struct reply reply; /* the latest one; the caller resets it when it has read it */
    size_t body_sent;
    int64_t deadline_ms;
    int64_t end_ms;    /* deadline_ms is never later than this */
    int64_t messages;  /* begun on this connection; counted by the caller */
    char source[64];   /* our IP address, or "" if it is not known */
    char host[256];    /* the host name of the hop */
    char trouble[160]; /* why the connection is of no more use, or "" */
};

/* Both strings are borrowed: `source` during connection_open(), `helo` until connection_close(). */
struct connection_options {
    const char *helo;
    const char *source; /* the IP address to send from, or NULL to let the system choose */
    int64_t port;
};

/* True if `source` is an IP address that this machine can send from. */
MUST_CHECK bool connection_is_source(const char *source);

enum connection_event {
    CONNECTION_NOTHING,
    CONNECTION_SESSION, /* *event is the session's */
    CONNECTION_BROKEN,  /* c->trouble says why; c->reply may hold a part of a reply */
};

/*
 * Starts to connect to the path's address and counts the connection in the path (`connections`,
 * `starting`) and in its budget. The caller counts it out of `starting` when it is ready or has
 * failed. Never returns NULL: the next connection_run() reports a failure. The caller frees the
 * connection with connection_close(). The name in `hop` is copied; `o` is read during this call.
 */
struct connection *connection_open(struct path *p, const struct hop *hop,
                                   const struct connection_options *o, int64_t now_ms);

/* Returns the events to poll(2) c->fd for. */
short connection_wants(const struct connection *c);

/*
 * Sends and reads what `revents` of poll(2) allows, at most one reply, and checks the deadline;
 * with `revents` 0 it only checks the deadline. Sets *event if it returns CONNECTION_SESSION; it is
 * never SESSION_UNEXPECTED, which breaks the connection.
 */
enum connection_event connection_run(struct connection *c, short revents, int64_t now_ms,
                                     enum session_event *event);

/* Sets the deadline for what the connection waits for now, by the time-outs of its rule. */
void connection_set_deadline(struct connection *c, int64_t now_ms);

/* Closes the socket, counts the connection out of its path and budget, and frees it. The job stays
 * with the caller. */
void connection_close(struct connection *c);

#endif
