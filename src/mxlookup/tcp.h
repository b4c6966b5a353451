/*
 * streams: DNS questions over TCP, for what UDP cut off, each on a connection of its own. Owns the
 * descriptors. What cannot be sent is dropped: the engine asks again.
 */
#ifndef MXLOOKUP_TCP_H
#define MXLOOKUP_TCP_H

#include "mxlookup/engine.h"

#include <poll.h>
#include <sys/socket.h>

enum { STREAMS = ENGINE_STREAMS };

struct streams {
    struct stream_query *list[STREAMS];
    size_t next; /* which one makes room for another */
};

void streams_start(struct streams *s, const struct sockaddr_storage *server, size_t number,
                   const unsigned char *bytes, size_t n);

/* Adds what to poll for; how many that are. */
nfds_t streams_poll(const struct streams *s, struct pollfd *polled);

/* Moves the connections on; the length of the next whole answer and the number of its server, 0 if
 * there is none. */
size_t streams_receive(struct streams *s, size_t *number, unsigned char bytes[PACKET_LIMIT]);
void streams_close(struct streams *s);

#endif
