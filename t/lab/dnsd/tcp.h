/*
 * stream: DNS over TCP (RFC 7766): several clients at once, each with as many questions in one
 * write as it likes.
 */
#ifndef LAB_STREAM_H
#define LAB_STREAM_H

#include "packet.h"

#include <poll.h>

enum { STREAM_CLIENTS = 64 };

/* Writes the answer to a query that came over TCP: its length, 0 where there is none, which ends
 * the client. */
typedef size_t stream_answer(const unsigned char *bytes, size_t n, unsigned char out[PACKET_LIMIT]);

/* Takes a new client, instead of the oldest one if there are too many. */
void stream_accept(int listening);

/* Adds what is to be polled for the clients: how many. */
nfds_t stream_poll(struct pollfd polled[STREAM_CLIENTS]);

/* Serves those that `polled`, as stream_poll() filled it, says are readable. */
void stream_serve(const struct pollfd *polled, nfds_t n, stream_answer *answer);

#endif
