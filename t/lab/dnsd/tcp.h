/*
 * tcp: DNS over TCP (RFC 7766) for dnsd: several clients at once, each of which may send many
 * queries in one write. The module owns its clients. A client that fails is closed silently.
 */
#ifndef LAB_TCP_H
#define LAB_TCP_H

#include "packet.h"

#include <poll.h>

enum { TCP_CLIENTS = 64 };

/* Writes the answer to a query of `n` bytes, and returns its length; 0 closes the connection. */
typedef size_t tcp_answer(const unsigned char *bytes, size_t n, unsigned char out[PACKET_LIMIT]);

/* Accepts a client from a listening socket; if there are TCP_CLIENTS, the oldest is closed. */
void tcp_accept(int listening);

/* Fills `polled` for the clients, and returns their number. */
nfds_t tcp_poll(struct pollfd polled[TCP_CLIENTS]);

/* Serves the readable clients among the `n` that tcp_poll() filled in; poll(2) has set revents.
 * Must be called before the next tcp_accept(). */
void tcp_serve(const struct pollfd *polled, nfds_t n, tcp_answer *answer);

#endif
