/*
 * lookup: which mail exchangers a domain has (RFC 5321 5.1, RFC 7505). Each domain is asked for
 * once, and each host too, unless all of its addresses came with an MX answer: those serve the
 * domain of that answer alone. After a failure it asks again, once that is over (failure.h). It
 * puts its queries to the engine, and the caller hands it the engine's answers. Owns domains and
 * hosts, and borrows the engine. Whatever goes wrong becomes a domain's status.
 */
#ifndef MXLOOKUP_LOOKUP_H
#define MXLOOKUP_LOOKUP_H

#include "mxlookup/domain.h"
#include "mxlookup/engine.h"

struct lookup_options {
    bool ipv4, ipv6;           /* which addresses to ask for */
    bool allow_private;        /* keep addresses that are not on the public Internet */
    bool dnssec;               /* ask for TLSA records, and do not use additional records */
    unsigned int seed;         /* of the random order within one preference */
    int64_t (*clock_ms)(void); /* the monotonic clock, for failures */
    /* Receives what is odd about a domain but does not show in its status; or NULL. Borrows its
     * arguments to the caller for the call. */
    void (*note)(const char *domain, const char *what, const char *why);
};

struct lookup;

/* Borrows `e` until lookup_free(), and copies `options`. */
struct lookup *lookup_new(struct engine *e, const struct lookup_options *options);

/* Returns the domain of this name, as target_read() writes it, and asks for it if it is new, or if
 * its failure is over and no row has it. The domain is borrowed: it stays while it is not `done` or
 * its `users` are not 0, otherwise until the next call. */
struct domain *lookup_domain(struct lookup *l, struct span name);

/* Reads an answer that came at `now_s`, in seconds since 1970: the values that engine_next_answer()
 * gave. `a` is borrowed for the call. */
void lookup_answer(struct lookup *l, void *owner, ns_type type, const struct packet_answer *a,
                   int64_t now_s);

/* Returns the next domain that lookup_answer() has completed and that has users, each once; or
 * NULL. A domain that was `done` when lookup_domain() returned it does not come here. */
struct domain *lookup_next_done(struct lookup *l);

/* The memo of all domains, for memo_each(); borrowed until lookup_free(). */
struct memo *lookup_domains(struct lookup *l);

/* Adds an answer that memo_each() gave in an earlier run, unless it has expired at `now_s`. Returns
 * false if the text is not such an answer, or is a failure. */
MUST_CHECK bool lookup_restore(struct lookup *l, struct span name, struct span text, int64_t now_s);

/* Frees all domains and hosts. The engine, which borrows their names, must not be used afterwards
 * but for engine_free(). */
void lookup_free(struct lookup *l);

#endif
