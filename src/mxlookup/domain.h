/*
 * domain: what the lookup of one domain found, and the words for it.
 * The memo of lookup.c owns each domain. A domain owns its strings, its tail, its array of
 * exchanges and hosts made of glue, and borrows other hosts and rows. Only domain_kind.load() can
 * fail: it returns NULL.
 */
#ifndef MXLOOKUP_DOMAIN_H
#define MXLOOKUP_DOMAIN_H

#include "mxlookup/failure.h"
#include "mxlookup/host.h"
#include "mxlookup/memo.h"

/* The values of the column mx_status. */
enum mx_status {
    MX_OK,
    MX_IMPLICIT,
    MX_NULL,
    MX_NXDOMAIN,
    MX_NODATA,
    MX_UNUSABLE, /* as nodata, but it has MX records: the text does not deny them */
    MX_SERVFAIL,
    MX_REFUSED,
    MX_TIMEOUT,
    MX_BADNAME,
    MX_STATUSES
};
const char *mx_status_name(enum mx_status status);

/* True for a failure that may pass: servfail, refused or timeout. */
bool mx_status_has_failed(enum mx_status status);

/* Adds why there is no exchange, in words that bounceclass knows; nothing for MX_OK and
 * MX_IMPLICIT. `name` is what was looked up. */
void mx_status_text(enum mx_status status, struct span name, struct buf *out);

struct exchange {
    uint16_t preference;
    int64_t expires_s; /* of the MX record */
    struct host *host; /* borrowed, unless it is glue: its `users` counts this exchange */
};

/* A domain; status, mx, expiries, tlsa and expires_s are its answer once `done`. */
struct domain {
    /* Must be first: the memo casts. */
    struct memo_item item;
    bool done;
    bool secure; /* with --dnssec: the resolver has validated its MX answer */
    enum mx_status status;
    char *mx;               /* the column mx, or NULL */
    char *expiries;         /* when each exchange in mx expires, separated by blanks; or NULL */
    char *tlsa;             /* the column mx_secure, or NULL */
    int64_t expires_s;      /* seconds since 1970; not after the moment of an answer that failed */
    struct failure failure; /* if the status is servfail, refused or timeout */
    bool written;           /* a row with its answer was written */
    /* What follows the line in each of its rows (stream_format_tail()), from the second row on. */
    struct buf tail;
    size_t users; /* rows that wait for it */
    struct exchange *exchanges;
    size_t count, pending; /* exchanges; hosts whose answers are still missing */
    struct row *rows;      /* rows that wait for it in an unordered queue (row_queue.h) */
    struct domain *next;   /* in the list of lookup_next_done() */
};

/* Frees the exchanges, and lets go of their hosts. */
void domain_drop_exchanges(struct domain *d);

/* Makes the domain one that was not looked up yet, but for what is known of its failures. It must
 * be done and have no users. */
void domain_forget(struct domain *d);

/* How the memo and the cache write a domain that is done: fields separated by TABs. load() checks
 * all of them, since a cache is an input, but for tlsa, which may be any text. A failure has more
 * fields (failure.h). */
extern const struct memo_kind domain_kind;

#endif
