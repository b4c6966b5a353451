/*
 * zone: what dnsd answers for a name: the records of a zone file, or what the name's first label
 * says (t/lab/README.md). Plain values that own nothing. Only loading can fail, which is reported.
 */
#ifndef LAB_ZONE_H
#define LAB_ZONE_H

#include "base/buf.h"

#include <stdint.h>

enum {
    ZONE_RECORDS = 4096,
    ANSWER_RECORDS = 64,
    ZONE_TLSA = 52,
};

struct zone_record {
    char name[256]; /* lower case, no final dot; the root is empty */
    uint16_t type;
    uint32_t ttl;    /* seconds */
    int preference;  /* of an MX record */
    char value[256]; /* a host name or an address; TLSA records are all the same */
};

struct zone {
    struct zone_record records[ZONE_RECORDS];
    size_t count;
};

/* How to answer a query. */
struct zone_answer {
    int rcode;
    struct zone_record records[ANSWER_RECORDS];
    size_t count;
    struct zone_record glue[ANSWER_RECORDS]; /* in the additional section */
    size_t glue_count;
    bool soa;        /* a negative answer: add the SOA */
    bool secure;     /* AD */
    bool lame;       /* a referral */
    bool no_edns;    /* FORMERR to a query with EDNS0 */
    bool bare;       /* that FORMERR is a header alone */
    bool extra;      /* a byte follows the message */
    bool drop;       /* send nothing */
    bool truncate;   /* over UDP: TC and no records */
    bool wrong_id;   /* the answer has another id */
    bool wrong_name; /* the answer has another question */
    bool junk;       /* all bytes after the id are 0xff */
    int delay_ms;
};

/* Adds the records of a file with one `NAME TYPE VALUE [TTL]` in a line; the VALUE of an MX is a
 * preference and a host. Names must be in lower case to be found. False if the file cannot be read
 * or a line is invalid (reported). */
bool zone_load(struct zone *z, const char *path);

/* Fills `a` with REFUSED. */
void zone_refuse(struct zone_answer *a);

/* Fills `a` with the answer for (name, type); `name` is in lower case, without a final dot. */
void zone_ask(const struct zone *z, const char *name, uint16_t type, struct zone_answer *a);

#endif
