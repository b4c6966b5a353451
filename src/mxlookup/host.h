/*
 * host: a mail exchanger and its addresses, looked up once however many domains name it.
 * The memo of lookup.c owns each host, but for those made of glue, which belong to their domain. A
 * host owns its buffers and its arrays, and borrows the domains that wait for it. Only
 * host_kind.load() can fail: it returns NULL.
 */
#ifndef MXLOOKUP_HOST_H
#define MXLOOKUP_HOST_H

#include "base/status.h"
#include "mxlookup/failure.h"
#include "mxlookup/memo.h"
#include "mxlookup/packet.h"

struct domain;

struct host {
    /* Must be first: the memo casts. */
    struct memo_item item;
    bool glue;             /* its addresses came with one domain's MX answer, and serve it alone */
    char *base;            /* what it is an alias of: the TLSA base domain to ask first; or NULL */
    char *tlsa_name;       /* _25._tcp.BASE (RFC 7672) if it was asked for, or NULL */
    struct buf ipv4, ipv6; /* addresses, separated by commas */
    struct buf secure;     /* with --dnssec, what follows its name in mx_secure (tlsa.h) */
    int pending;           /* answers still missing */
    size_t users;          /* exchanges of domains that are not done */
    enum packet_status worst; /* of its answers about addresses */
    struct failure failure;   /* if `worst` is SERVFAIL, REFUSED or no answer */
    bool insecure;            /* an answer with addresses was not validated */
    int64_t expires_s;       /* when the first of its answers does; INT64_MAX: there are none yet */
    struct domain **waiting; /* for its answers */
    size_t waiting_count, waiting_room;
};

/* How the memo writes a host whose answers are all there: fields separated by TABs. */
extern const struct memo_kind host_kind;

/* The caller owns the host until memo_add(). */
struct host *host_new(struct span name);

/* Makes the host one that was not looked up yet, but for what is known of its failures. Nothing may
 * use it or wait for it. */
void host_forget(struct host *h);

bool host_has_addresses(const struct host *h);

/* Adds all addresses to `out`, separated by commas, IPv4 first. */
void host_addresses(const struct host *h, struct buf *out);

/* Adds an address to one of the host's lists. */
void host_add(struct buf *list, const char *value);

#endif
