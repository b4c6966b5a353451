/*
 * host: a mail exchanger and its addresses, asked for once however many domains name it.
 */
#ifndef MXLOOKUP_HOST_H
#define MXLOOKUP_HOST_H

#include "base/status.h"
#include "mxlookup/memo.h"
#include "mxlookup/packet.h"

struct domain;

struct host {
    struct memo_item item; /* first */
    char *tlsa_name;       /* _25._tcp.NAME, where it is asked for; or NULL */
    struct buf ipv4, ipv6; /* addresses, comma-separated */
    struct buf tlsa;       /* the same */
    int pending;           /* answers to come */
    size_t users;          /* domains that are not done */
    enum packet_status worst;
    bool insecure; /* an answer was not validated */
    uint32_t ttl_s;
    struct domain **waiting;
    size_t waiting_count, waiting_room;
};

extern const struct memo_kind host_kind;

struct host *host_new(struct span name);

bool host_has_addresses(const struct host *h);

/* Adds all addresses, IPv4 first. */
void host_addresses(const struct host *h, struct buf *out);

/* Adds an address or a TLSA record to a list. */
void host_add(struct buf *list, const char *value);

#endif
