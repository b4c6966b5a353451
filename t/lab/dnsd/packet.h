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

/* Writes a forged answer to a query, wrong in one of some ways, with addresses 6.6.6.x. */
size_t packet_forge(const unsigned char *query, size_t n, int way, int random,
                    unsigned char out[PACKET_LIMIT]);

#endif
