/*
 * lookup: what mail exchangers a domain has (RFC 5321 5.1, RFC 7505), each domain and each exchange
 * asked once. Sits on the engine: it puts questions and is given the answers. No I/O. Owns domains
 * and hosts until lookup_forget().
 */
#ifndef MXLOOKUP_LOOKUP_H
#define MXLOOKUP_LOOKUP_H

#include "engine.h"

struct lookup_options {
    bool ipv4, ipv6;   /* which addresses to ask for */
    unsigned int seed; /* of the order within one preference */
};

/* A domain, and its answer once `done`. */
struct domain {
    char *name;
    bool done;
    const char *status; /* mx_status */
    char *mx;           /* the mx field, or NULL */
    struct exchange *exchanges;
    size_t count;
    size_t pending; /* hosts that are not answered yet */
};

struct lookup;

struct lookup *lookup_new(struct engine *e, const struct lookup_options *options);

/* The domain of this name, asked for if it is new. */
struct domain *lookup_domain(struct lookup *l, struct span name);

/* An answer of the engine: `owner` and `type` as it gave them. */
void lookup_take(struct lookup *l, void *owner, ns_type type, const struct packet_answer *a);

/* Domains that are remembered. */
size_t lookup_count(const struct lookup *l);

/* Forgets all domains and hosts, none of which may be in use or under way. */
void lookup_forget(struct lookup *l);
void lookup_free(struct lookup *l);

#endif
