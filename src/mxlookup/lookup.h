/*
 * lookup: what mail exchangers a domain has (RFC 5321 5.1, RFC 7505), each domain and each exchange
 * asked once. Sits on the engine: it puts questions and is given the answers. Owns domains and
 * hosts.
 */
#ifndef MXLOOKUP_LOOKUP_H
#define MXLOOKUP_LOOKUP_H

#include "mxlookup/domain.h"
#include "mxlookup/engine.h"

struct lookup_options {
    bool ipv4, ipv6;    /* which addresses to ask for */
    bool allow_private; /* addresses that are not on the public Internet, too */
    bool dnssec;        /* TLSA records, too */
    unsigned int seed;  /* of the order within one preference */
    int64_t now_s;      /* seconds since 1970 */
    /* What was odd about a domain, and not told by its status; or NULL. */
    void (*note)(const char *domain, const char *what, const char *why);
};

struct lookup;

struct lookup *lookup_new(struct engine *e, const struct lookup_options *options);

/* The domain of this name (target_read()), asked for if it is new. It stays while its `users` are
 * not 0. */
struct domain *lookup_domain(struct lookup *l, struct span name);

/* An answer of the engine: `owner` and `type` as it gave them. */
void lookup_answer(struct lookup *l, void *owner, ns_type type, const struct packet_answer *a);

/* The next domain that was done since it was asked for and has users, or NULL. */
struct domain *lookup_next_done(struct lookup *l);

/* All domains that are done, as text for --cache; and one such text taken over, where it is good.
 */
struct memo *lookup_domains(struct lookup *l);
void lookup_restore(struct lookup *l, struct span name, struct span text);
void lookup_free(struct lookup *l);

#endif
