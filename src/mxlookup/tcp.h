/*
 * tcp: DNS queries over TCP (RFC 7766), for answers that UDP cut off, each on a connection of its
 * own. Owns the descriptors; a zeroed struct is ready. Nothing is reported: tcp_next_ended() tells
 * which connections are over, and the engine asks again.
 */
#ifndef MXLOOKUP_TCP_H
#define MXLOOKUP_TCP_H

#include "mxlookup/engine.h"

#include <poll.h>
#include <sys/socket.h>

enum { TCP_MOST = ENGINE_STREAMS };

/* A connection: the number of its server, and the id of its query. */
struct tcp_connection {
    size_t number;
    uint16_t id;
};

struct tcp {
    struct tcp_query *list[TCP_MOST];
    size_t next; /* the one to drop next if all places are used, modulo TCP_MOST */
    /* Those that are over, for tcp_next_ended(). Between two calls of it every place can end twice:
     * once what was there, once what came there instead. */
    struct tcp_connection ended[2 * TCP_MOST];
    size_t ended_count;
};

/* Connects to `server` and sends a query of `n` bytes there, at most PACKET_QUERY_LIMIT; both are
 * borrowed for the call. `number` is the server's, for tcp_receive(). If all places are used, one
 * of the queries is dropped. */
void tcp_ask(struct tcp *t, const struct sockaddr_storage *server, size_t number,
             const unsigned char *bytes, size_t n);

/* Fills `polled`, which has room for TCP_MOST; returns how many it filled. */
nfds_t tcp_poll(const struct tcp *t, struct pollfd *polled);

/* Sends and receives what is possible without waiting, until an answer is complete: returns its
 * length and sets *number; 0 if no answer is complete. */
size_t tcp_receive(struct tcp *t, size_t *number, unsigned char bytes[PACKET_LIMIT]);

/* Takes the next connection that is over, answered or not; false if there is none. */
bool tcp_next_ended(struct tcp *t, struct tcp_connection *ended);

/* Closes all connections. */
void tcp_close(struct tcp *t);

#endif
