/*
 * transport: DNS packets over sockets: many connected UDP sockets for each server, which send and
 * receive many packets at a time, and TCP for answers that UDP cut off. Owns the descriptors. Only
 * opening can fail; a packet that cannot be sent is dropped, and the engine asks again.
 */
#ifndef MXLOOKUP_TRANSPORT_H
#define MXLOOKUP_TRANSPORT_H

#include "mxlookup/engine.h"
#include "mxlookup/resolvers.h"

struct transport;

/* How many UDP sockets each of `servers` servers gets if `window` queries are in flight. */
size_t transport_sockets(size_t servers, size_t window);

/* Prepares that many UDP sockets for each server; engine_packet.fresh opens them. Borrows `r` until
 * transport_close(). Returns NULL, reports why and sets *status to EX_UNAVAILABLE if no socket can
 * be opened for any server; one that fails later drops its packets silently. */
struct transport *transport_open(const struct resolvers *r, size_t sockets, int *status);

/* Copies a packet. By UDP it goes out together with others, at transport_flush() at the latest. */
void transport_send(struct transport *t, const struct engine_packet *p);
void transport_flush(struct transport *t);

/* Waits up to `timeout_ms` milliseconds (-1: without limit; 1,000 seconds at most) for packets or
 * for `fd` (-1: for none). Returns true if `fd` is readable. */
bool transport_wait(struct transport *t, int fd, int64_t timeout_ms);

/* Returns the length of the next packet that transport_wait() has found, or 0; does not wait.
 * *bytes is borrowed until the next call. */
size_t transport_receive(struct transport *t, struct channel *from, const unsigned char **bytes);

/* Takes the next connection by TCP that is over, answered or not; false if there is none. */
bool transport_next_ended(struct transport *t, struct channel *channel, uint16_t *id);

/* Closes the sockets; what was not flushed is dropped. */
void transport_close(struct transport *t);

#endif
