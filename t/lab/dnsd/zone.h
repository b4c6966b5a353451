/*
 * zone: the names of a zone file, and the names whose first label says what happens
 * (t/lab/README.md).
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
    uint32_t ttl;
    int preference;  /* of an MX */
    char value[256]; /* a host name or an address */
};

struct zone {
    struct zone_record records[ZONE_RECORDS];
    size_t count;
};

/* What comes back for a question. */
struct zone_answer {
    int rcode;
    struct zone_record records[ANSWER_RECORDS];
    size_t count;
    struct zone_record glue[ANSWER_RECORDS]; /* in the additional section */
    size_t glue_count;
    bool soa;      /* of what is not there */
    bool secure;   /* AD */
    bool lame;     /* a referral, no answer */
    bool no_edns;  /* FORMERR to a question with EDNS0 */
    bool drop;     /* nothing comes back */
    bool truncate; /* over UDP: TC and no record */
    bool wrong_id, wrong_name, junk;
    int delay_ms;
};

/* `NAME TYPE VALUE [TTL]` a line, `MX` with a preference before the host; false (said) where it is
 * wrong. */
bool zone_load(struct zone *z, const char *path);

void zone_refuse(struct zone_answer *a);
void zone_ask(const struct zone *z, const char *name, uint16_t type, struct zone_answer *a);

#endif
