/*
 * domain: who takes mail for a domain, and the words for it.
 */
#ifndef MXLOOKUP_DOMAIN_H
#define MXLOOKUP_DOMAIN_H

#include "mxlookup/host.h"
#include "mxlookup/memo.h"

/* mx_status */
enum mx_status {
    MX_OK,
    MX_IMPLICIT,
    MX_NULL,
    MX_NXDOMAIN,
    MX_NODATA,
    MX_SERVFAIL,
    MX_REFUSED,
    MX_TIMEOUT,
    MX_BADNAME,
    MX_STATUSES
};
const char *mx_status_name(enum mx_status status);

/* Why there is no exchange, in the words that bounceclass knows; empty where there is one. `name`
 * is what was looked up. */
void mx_status_text(enum mx_status status, struct span name, struct buf *out);

struct exchange {
    uint16_t preference;
    uint32_t ttl_s;
    struct host *host;
};

/* A domain, and its answer once `done`. */
struct domain {
    struct memo_item item; /* first */
    bool done;
    bool secure; /* its MX answer is validated (with dnssec) */
    enum mx_status status;
    char *mx;          /* the mx field, or NULL */
    char *ttls;        /* of each exchange in it, in seconds, with blanks between; or NULL */
    char *tlsa;        /* the mx_secure field, or NULL */
    int64_t expires_s; /* seconds since 1970 */
    bool written;      /* in a row */
    struct buf tail; /* what is behind all its rows (stream_format_tail()), if there are several */
    size_t users;    /* rows and hosts that wait for it */
    struct exchange *exchanges;
    size_t count, pending; /* pending: hosts that are not answered yet */
    struct row *rows;      /* that wait for it, where they need not wait for each other */
    struct domain *next;   /* in the list of those that are done */
};

/* How domains that are done are written to files: fields with TABs between. */
extern const struct memo_kind domain_kind;

#endif
