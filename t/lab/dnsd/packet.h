/*
 * packet: questions off the wire, and answers onto it (RFC 1035).
 */
#ifndef LAB_PACKET_H
#define LAB_PACKET_H

#include "zone.h"

enum { PACKET_LIMIT = 4096 };

struct question {
    unsigned char id[2];
    unsigned char raw[300]; /* the question section as it came */
    size_t raw_length;
    char name[256]; /* lower case */
    uint16_t type;
    bool edns;
};

/* False if the bytes are no query with one question. */
bool packet_read(const unsigned char *bytes, size_t n, struct question *q);

/* Writes the answer, as it goes over UDP or TCP: its length. */
size_t packet_write(const struct question *q, const struct zone_answer *a, bool tcp,
                    unsigned char out[PACKET_LIMIT]);

/* What is wrong with a forged answer. */
enum forgery {
    FORGE_ID,
    FORGE_QUESTION,
    FORGE_CLASS,
    FORGE_OPCODE,
    FORGE_QUERY,  /* it is no answer */
    FORGE_NOTHING /* but what it says: to be sent from elsewhere */
};

/* Writes a forged answer to a query, with addresses that must not come out: 6.6.6.6, 666::6. */
size_t packet_forge(const unsigned char *query, size_t n, enum forgery how, int random,
                    unsigned char out[PACKET_LIMIT]);

#endif
