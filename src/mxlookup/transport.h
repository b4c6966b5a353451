/*
 * transport: DNS packets over sockets: some connected UDP sockets for each server, sent and
 * received many at a time, and TCP for what UDP cut off. Owns the descriptors. What cannot be sent
 * is dropped: the engine asks again.
 */
#ifndef MXLOOKUP_TRANSPORT_H
#define MXLOOKUP_TRANSPORT_H

#include "mxlookup/engine.h"
#include "mxlookup/resolvers.h"

struct transport;

/* NULL with *status set (said) where there are no sockets. */
struct transport *transport_open(const struct resolvers *r, size_t sockets, int *status);

/* Takes a packet; it goes out with others, at transport_flush() at the latest. */
void transport_send(struct transport *t, const struct engine_packet *p);
void transport_flush(struct transport *t);

/* Waits up to timeout_ms (-1: for ever) for packets, or for `fd` (-1: none) to be readable: then
 * true. */
bool transport_wait(struct transport *t, int fd, int64_t timeout_ms);

/* The next packet that has come, without waiting; its length, 0 if there is none. *bytes is valid
 * until the next call. */
size_t transport_receive(struct transport *t, struct channel *from, const unsigned char **bytes);
void transport_close(struct transport *t);

#endif
