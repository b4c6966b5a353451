/*
 * packet: DNS queries as bytes, and answers as values, by libresolv. No I/O; not for threads.
 * The caller owns all buffers, and packets are borrowed for a call. A failure is a length of 0 or
 * false; an answer that is malformed or useless is PACKET_SERVFAIL.
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
    PACKET_RECORDS = 64,    /* kept of one answer; the rest is dropped */
    PACKET_ALIASES = 16,    /* CNAMEs followed in one answer */
    PACKET_UDP_SIZE = 1232, /* the UDP size that we offer in EDNS0 */
    PACKET_VALUE = 1025,    /* room for a name, or another value, as text */
    PACKET_TLSA_MOST = 500  /* bytes of a TLSA record; a longer one is dropped */
};

/* TLSA (RFC 6698), which <arpa/nameser.h> may lack. */
enum { PACKET_TYPE_TLSA = 52 };

/* What an answer means for the name that was asked for; the best first. */
enum packet_status {
    PACKET_FOUND,
    PACKET_NODATA,
    PACKET_NXDOMAIN,
    PACKET_SERVFAIL, /* and all other RCODEs; an answer that is malformed or lame; an alias loop */
    PACKET_REFUSED,
    PACKET_TIMEOUT, /* set by the engine: no answer came */
};

/* True if it may pass; else it is an answer, of records or a denial. */
static inline bool packet_has_failed(enum packet_status status)
{
    return status >= PACKET_SERVFAIL;
}

struct packet_record {
    uint16_t preference;      /* of an MX record */
    char value[PACKET_VALUE]; /* a host, "" for the root; an address; TLSA: U:S:M:HEX */
};

/* An address in the additional section, of a host at or under the name that was asked for. */
struct packet_glue {
    ns_type type;
    uint32_t ttl_s;
    char host[PACKET_VALUE];
    char address[64];
};

struct packet_answer {
    enum packet_status status;
    bool truncated;               /* TC: ask again over TCP */
    bool no_edns;                 /* FORMERR or NOTIMP: ask again without EDNS0 (RFC 6891 7) */
    bool secure;                  /* AD: the resolver has validated it */
    bool aliased;                 /* the name is an alias (CNAME) */
    char canonical[PACKET_VALUE]; /* the end of its aliases; the name itself if there are none */
    /* The end of the aliases, if the server did not follow them further: ask for it next. Or "". */
    char next[PACKET_VALUE];
    /* The shortest TTL of the records used; of a negative answer, by its SOA (RFC 2308 5). */
    uint32_t ttl_s;
    struct packet_record records[PACKET_RECORDS];
    size_t count;
    struct packet_glue glue[PACKET_RECORDS];
    size_t glue_count;
};

/* PACKET_PLAIN has no EDNS0, PACKET_DNSSEC has EDNS0 and sets DO and AD. */
enum packet_edns { PACKET_PLAIN, PACKET_EDNS, PACKET_DNSSEC };

/* Writes a recursive query; returns its length, or 0 if packet_can_ask() refuses the name. A letter
 * at byte i of the name is a capital if bit i % 64 of `capitals` is set. */
size_t packet_query(const char *name, ns_type type, uint16_t id, enum packet_edns edns,
                    uint64_t capitals, unsigned char out[PACKET_QUERY_LIMIT]);

/* False if DNS cannot hold the name: it is too long. */
bool packet_can_ask(const char *name);

/* The id of a packet of at least 2 bytes. */
uint16_t packet_id(const unsigned char *bytes);

/*
 * Reads the answer to the question (name, type). Returns false, and leaves *a alone, if the packet
 * is not an answer to this question: the caller must ignore it, as a forger may have sent it
 * (RFC 5452). FORMERR and NOTIMP need not repeat the question. Bytes after the message do not
 * count. The id is the caller's to check.
 */
MUST_CHECK bool packet_read(const unsigned char *bytes, size_t n, const char *name, ns_type type,
                            struct packet_answer *a);

/* How a server spells the question of its answer. */
enum packet_spelling {
    PACKET_PLAIN_SPELLING, /* as it was sent, but it had no capital */
    PACKET_SAME_SPELLING,  /* as it was sent, with capitals */
    PACKET_OTHER_SPELLING
};

/* Compares a packet that packet_read() has accepted with the `capitals` of its query. */
enum packet_spelling packet_spelling(const unsigned char *bytes, uint64_t capitals);

#endif
