/*
 * route: the hosts and addresses to try, in their order, parsed from the `mx` field of a row
 * (mxlookup(1)). Pure: a route borrows its strings from the field, which must outlive it.
 */
#ifndef MXSEND_ROUTE_H
#define MXSEND_ROUTE_H

#include "base/span.h"
#include "base/status.h"

/* The most addresses tried for one message; RFC 5321 5.1 asks for at least two. */
enum { ROUTE_HOPS = 32 };

struct hop {
    struct span host, ip; /* borrowed from the field; `ip` is a valid IPv4 or IPv6 address */
};

struct route {
    struct hop hops[ROUTE_HOPS];
    size_t count;
};

/*
 * Parses `PREF:HOST=IP,IP PREF:HOST=IP`. Leaves out hosts without an address and all addresses
 * after ROUTE_HOPS. Returns false if the field is malformed; *r is then not to be used. An empty
 * field is a route of no hops.
 */
MUST_CHECK bool route_read(struct route *r, struct span field);

#endif
