/*
 * route: the `mx` field read back: the hosts and addresses to try, in their order (mxkit(5)). Pure.
 */
#ifndef MXSEND_ROUTE_H
#define MXSEND_ROUTE_H

#include "base/span.h"
#include "base/status.h"

enum { ROUTE_HOPS = 32 }; /* addresses tried for one message; RFC 5321 5.1 asks for two at least */

struct hop {
    struct span host, ip; /* borrowed from the field */
};

struct route {
    struct hop hops[ROUTE_HOPS];
    size_t count;
};

/* Reads `PREF:HOST=IP,IP PREF:HOST=IP`; false where it is none. Hosts without an address are left
 * out. */
MUST_CHECK bool route_read(struct route *r, struct span field);

#endif
