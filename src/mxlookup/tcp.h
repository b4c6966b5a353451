/*
 * streams: DNS questions over TCP, for what UDP cut off, each on a connection of its own. Owns the
 * descriptors. What cannot be sent is dropped: the engine asks again.
 */
#ifndef MXLOOKUP_TCP_H
#define MXLOOKUP_TCP_H

#include "mxlookup/engine.h"

#include <poll.h>
#include <sys/socket.h>

enum { TCP_MOST = ENGINE_STREAMS };

struct tcp {
    struct tcp_query *list[TCP_MOST];
    size_t next; /* which one makes room for another */
};

void tcp_ask(struct tcp *s, const struct sockaddr_storage *server, size_t number,
             const unsigned char *bytes, size_t n);

/* Adds what to poll for; how many that are. */
nfds_t tcp_poll(const struct tcp *s, struct pollfd *polled);

/* Moves the connections on; the length of the next whole answer and the number of its server, 0 if
 * there is none. */
size_t tcp_receive(struct tcp *s, size_t *number, unsigned char bytes[PACKET_LIMIT]);
void tcp_close(struct tcp *s);

#endif
