/*
 * engine: many DNS questions under way at once, as a value: it is fed with packets and the time,
 * and asked what to send, what is answered and when it wants to be asked again. No I/O, no clock of
 * its own. Times are milliseconds of a clock that never jumps.
 *
 * A question that gets no answer in max(100 ms, srtt + 4 var) leaves the window and is asked again,
 * at another server if there are several, three times at this pace and then twice as slowly each
 * time; the last try waits for the whole timeout. An answer to any of its tries counts. SERVFAIL
 * and REFUSED are asked again twice at most; the best that was heard is reported.
 */
#ifndef MXLOOKUP_ENGINE_H
#define MXLOOKUP_ENGINE_H

#include "mxlookup/packet.h"

enum {
    ENGINE_SERVERS = 16,
    ENGINE_SOCKETS = 4, /* UDP sockets a server at the most */
    ENGINE_STREAMS = 64 /* questions by TCP at once */
};

struct engine;

struct engine_options {
    size_t servers;     /* how many there are to ask */
    size_t sockets;     /* UDP sockets of each */
    size_t window;      /* questions under way at once */
    int64_t timeout_ms; /* of the last try */
    int64_t tries;      /* of one question */
    int64_t rate;       /* questions a second at the most; 0: no limit */
    bool dnssec;        /* ask servers that are trusted whether they have validated */
};

/*
 * Where a packet goes out or came from: one of a server's UDP sockets, or TCP. The id of a question
 * is its own there alone, so that an answer from elsewhere is none.
 */
struct channel {
    size_t server;
    size_t socket; /* ENGINE_SOCKETS: TCP */
};

/* A packet to be sent. */
struct engine_packet {
    struct channel channel;
    unsigned char bytes[PACKET_QUERY_LIMIT];
    size_t n;
};

struct engine *engine_new(const struct engine_options *options);

/* Asks for (name, type); `owner` and `type` come back with the answer. The name is borrowed until
 * then. */
void engine_ask(struct engine *e, const char *name, ns_type type, void *owner);

/* The next packet that is due, or false. */
bool engine_next_packet(struct engine *e, int64_t now_ms, struct engine_packet *out);

/* A packet came. What is not the answer to something under way there is ignored. Take what is
 * answered before the next packet. */
void engine_receive(struct engine *e, int64_t now_ms, struct channel channel,
                    const unsigned char *bytes, size_t n);

/* The next answered question: its owner, or NULL. *answer is valid until the next call on the
 * engine. */
void *engine_next_answer(struct engine *e, ns_type *type, const struct packet_answer **answer);

/* When engine_next_packet() may have something new, or -1. */
int64_t engine_deadline(const struct engine *e);

/* Questions that are not answered yet. */
size_t engine_pending(const struct engine *e);

/* Those of them that were not sent at all. */
size_t engine_unsent(const struct engine *e);

/* Has anything come back at all? */
bool engine_was_answered(const struct engine *e);
void engine_free(struct engine *e);

#endif
