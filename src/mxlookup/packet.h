/*
 * packet: DNS queries as bytes, and answers as values, by libresolv. No I/O.
 */
#ifndef MXLOOKUP_PACKET_H
#define MXLOOKUP_PACKET_H

#include "base/span.h"
#include "base/status.h"

#include <arpa/nameser.h>
#include <stdint.h>

enum {
    PACKET_QUERY_LIMIT = 320,
    PACKET_LIMIT = 65535,
    PACKET_RECORDS = 64,    /* of an answer; more are left out */
    PACKET_ALIASES = 16,    /* CNAMEs followed in one answer */
    PACKET_UDP_SIZE = 1232, /* what we say in EDNS0 that we take */
    PACKET_VALUE = 1025,    /* a name as text, or what else a record says */
    PACKET_TLSA_MOST = 500  /* bytes of a TLSA record that fit */
};

/* TLSA (RFC 6698), which <arpa/nameser.h> may lack. */
enum { PACKET_TYPE_TLSA = 52 };

/* What an answer means for the name that was asked for. */
enum packet_status {
    PACKET_FOUND,
    PACKET_NODATA,
    PACKET_NXDOMAIN,
    PACKET_SERVFAIL, /* every other code that is none of these; no answer of use (lame) */
    PACKET_REFUSED,
    PACKET_TIMEOUT, /* set by the engine: no answer came */
};

struct packet_record {
    uint16_t preference;      /* of an MX */
    char value[PACKET_VALUE]; /* a host, "" for the root; an address as text; TLSA: U:S:M:HEX */
};

/* An address in the additional section. */
struct packet_glue {
    ns_type type;
    uint32_t ttl_s;
    char host[PACKET_VALUE];
    char address[64];
};

struct packet_answer {
    enum packet_status status;
    bool truncated;          /* to be asked again over TCP */
    bool no_edns;            /* FORMERR or NOTIMP: to be asked again without EDNS0 (RFC 6891 7) */
    bool secure;             /* AD: the resolver has validated it */
    bool aliased;            /* a CNAME led there */
    char next[PACKET_VALUE]; /* NODATA: the end of the aliases, if the server went no further: to be
                                asked for next; or "" */
    uint32_t
        ttl_s; /* the shortest of what led to it; of a negative answer, by its SOA (RFC 2308) */
    struct packet_record records[PACKET_RECORDS];
    size_t count;
    struct packet_glue glue[PACKET_RECORDS];
    size_t glue_count;
};

enum packet_edns { PACKET_PLAIN, PACKET_EDNS, PACKET_DNSSEC /* DO and AD set */ };

/* Writes a recursive query; its length, 0 where the name cannot be asked for. */
size_t packet_query(const char *name, ns_type type, uint16_t id, enum packet_edns edns,
                    unsigned char out[PACKET_QUERY_LIMIT]);

/* The id of an answer, to find the query by. */
uint16_t packet_id(const unsigned char *bytes);

/*
 * Reads an answer to the question (name, type). False if it is none to this question, or is no DNS
 * packet: then it must be ignored, as a forger may have sent it (RFC 5452).
 */
MUST_CHECK bool packet_read(const unsigned char *bytes, size_t n, const char *name, ns_type type,
                            struct packet_answer *a);

#endif
