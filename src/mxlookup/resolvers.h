/*
 * resolvers: the DNS servers to ask: those of --resolver, else those of /etc/resolv.conf (by
 * libresolv, IPv6 included).
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

/* Reads `given`: IP, IP:PORT or [IPv6]:PORT, several with commas; NULL: the machine's. 0 or an exit
 * status, said. */
MUST_CHECK int resolvers_read(struct resolvers *r, const char *given);

/* The length that bind(2) and connect(2) want. */
socklen_t resolvers_length(const struct sockaddr_storage *server);

#endif
