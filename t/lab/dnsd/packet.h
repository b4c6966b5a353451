/*
 * packet: reads DNS queries and writes answers (RFC 1035), for dnsd. No I/O.
 * The caller owns all buffers. Reading fails on bytes that are not a query with one question; an
 * answer that does not fit is incomplete.
 */
#ifndef LAB_PACKET_H
#define LAB_PACKET_H

#include "zone.h"

enum { PACKET_LIMIT = 4096 };

struct question {
    unsigned char id[2];
    unsigned char raw[300]; /* the question section as it came */
    size_t raw_length;
    char name[256]; /* lower case, no final dot; the root is empty */
    uint16_t type;
    bool edns;
};

/* False if the bytes are not a query with one question. */
bool packet_read(const unsigned char *bytes, size_t n, struct question *q);

/* Writes the answer for UDP or TCP, and returns its length. */
size_t packet_write(const struct question *q, const struct zone_answer *a, bool tcp,
                    unsigned char out[PACKET_LIMIT]);

/* What is wrong with a forged answer. */
enum forgery {
    FORGE_ID,
    FORGE_QUESTION,
    FORGE_CLASS,
    FORGE_OPCODE,
    FORGE_QUERY,  /* it is a query, not an answer */
    FORGE_NOTHING /* only its records; to be sent from elsewhere */
};

/* Writes a forged answer to a query, and returns its length, or 0 if packet_read() refuses the
 * query. The answer has 6.6.6.6, 666::6 or mx.forged.test, which mxlookup must never print.
 * `random` is not negative. */
size_t packet_forge(const unsigned char *query, size_t n, enum forgery how, int random,
                    unsigned char out[PACKET_LIMIT]);

#endif
