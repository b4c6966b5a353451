/*
 * engine: many DNS questions under way at once, as a value: it is fed with packets and the time,
 * and asked what to send, what is answered and when it wants to be asked again. No I/O, no clock of
 * its own. Times are milliseconds of a clock that never jumps.
 */
#ifndef MXLOOKUP_ENGINE_H
#define MXLOOKUP_ENGINE_H

#include "packet.h"

struct engine;

struct engine_options {
    size_t servers;     /* how many there are to ask */
    size_t window;      /* questions under way at once */
    int64_t timeout_ms; /* of one try */
    int64_t tries;      /* of one question */
};

/* A packet to be sent. */
struct engine_packet {
    size_t server;
    bool tcp; /* the UDP answer was truncated */
    unsigned char bytes[PACKET_QUERY_LIMIT];
    size_t n;
};

struct engine *engine_new(const struct engine_options *options);

/* Asks for (name, type); `owner` and `type` come back with the answer. The name is copied. */
void engine_ask(struct engine *e, const char *name, ns_type type, void *owner);

/* The next packet that is due, or false. */
bool engine_next_packet(struct engine *e, int64_t now, struct engine_packet *out);

/* A packet came from `server`. What is not the answer to something under way there is ignored.
 * Take what is answered before the next packet. */
void engine_receive(struct engine *e, size_t server, bool tcp, const unsigned char *bytes,
                    size_t n);

/* The next answered question: its owner, or NULL. *answer is valid until the next call on the
 * engine. */
void *engine_next_answer(struct engine *e, ns_type *type, const struct packet_answer **answer);

/* When engine_next_packet() may have something new, or -1. */
int64_t engine_deadline(const struct engine *e);

/* Has anything come back at all? */
bool engine_was_answered(const struct engine *e);
void engine_free(struct engine *e);

#endif
