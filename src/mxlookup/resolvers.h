/*
 * resolvers: the DNS servers to ask: those of --resolver, otherwise those of /etc/resolv.conf,
 * which libresolv reads. A plain value that owns nothing. Reading reports its own errors and
 * returns 0 or an exit status.
 */
#ifndef MXLOOKUP_RESOLVERS_H
#define MXLOOKUP_RESOLVERS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

enum { RESOLVERS = 16 };

struct resolvers {
    struct sockaddr_storage servers[RESOLVERS];
    size_t count;
};

/* Reads `given`: a comma-separated list of IP, IP:PORT or [IPv6]:PORT; if NULL, the servers of
 * /etc/resolv.conf, IPv6 included. Returns EX_USAGE if `given` is invalid or there is no server,
 * EX_UNAVAILABLE if libresolv cannot start. After 0 there is at least one server. */
MUST_CHECK int resolvers_read(struct resolvers *r, const char *given);

/* The length of the address, for bind(2) and connect(2). */
socklen_t resolvers_length(const struct sockaddr_storage *server);

#endif
