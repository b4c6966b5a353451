/*
 * engine: many DNS queries in flight at once, as a value. The caller feeds it packets and the time;
 * it says what to send, what is answered and when to ask it again. It does no I/O and has no clock.
 * Owns its queries, and borrows their names and owners. A query always ends with a status; only
 * getrandom(2) can fail, which is reported and ends the process with EX_OSERR.
 *
 * All times are milliseconds of the monotonic clock.
 *
 * A query that is not answered within max(100 ms, srtt + 4 var) leaves the window and is sent
 * again, to the next server if there are several (server.h). The first three tries wait that long,
 * and each later one twice as long as the one before, up to the timeout. The last try, and every
 * try by TCP, waits for the whole timeout. An answer to any of the latest four tries counts. After
 * SERVFAIL or REFUSED a query is sent again, at most twice; the best answer received is reported.
 * If a connection by TCP ends without an answer, the next server is asked at once.
 *
 * Answers are hard to forge (RFC 5452 9): besides an id, a query by UDP has a port and a case of
 * its name's letters that nobody can predict (draft-vixie-dnsext-dns0x20). A socket sends
 * ENGINE_TURN queries, then another one does, which gets a new port unless one of its queries is
 * open. A server that does not keep the case of the first answer gets lower case from then on; if
 * one that does sends another case, the query goes by TCP, which nobody can forge from afar.
 */
#ifndef MXLOOKUP_ENGINE_H
#define MXLOOKUP_ENGINE_H

#include "mxlookup/packet.h"

enum {
    ENGINE_SERVERS = 16,
    ENGINE_SOCKETS = 1024, /* the most UDP sockets for one server */
    ENGINE_TURN = 64,      /* queries in a row by one socket */
    /* Queries by TCP at once; the others wait. Measured when this became 64 and waiting began:
     * 5,000 truncated answers in 1.5 s, not 27 s. */
    ENGINE_STREAMS = 64
};

struct engine;

struct engine_options {
    size_t servers;     /* 1 to ENGINE_SERVERS */
    size_t sockets;     /* UDP sockets for each server: 1 to ENGINE_SOCKETS - 1 */
    size_t window;      /* the most queries in flight */
    int64_t timeout_ms; /* of the last try */
    int64_t tries;      /* of one query; each alias that it is sent for starts anew */
    int64_t rate;       /* the most packets a second; 0: no limit */
    bool dnssec;        /* ask the servers, which must be trusted, to validate (AD) */
};

/*
 * Where a packet goes out or came in: one of a server's UDP sockets, or TCP. The id of a query is
 * valid on this channel alone; a packet from any other does not answer it (RFC 5452 9).
 */
struct channel {
    size_t server;
    size_t socket; /* ENGINE_SOCKETS: TCP */
};

/* A packet to be sent. */
struct engine_packet {
    struct channel channel;
    bool fresh; /* the socket must be opened anew before: no query waits for an answer there */
    unsigned char bytes[PACKET_QUERY_LIMIT];
    size_t n;
};

/* The caller frees the engine by engine_free(). `options` is copied. */
struct engine *engine_new(const struct engine_options *options);

/* Adds a query for (name, type). engine_next_answer() returns `owner` and `type` with its answer;
 * the name is borrowed until then. A name that DNS cannot hold, such as that of the TLSA records of
 * a host with a long name, cannot exist: it is NXDOMAIN, and nothing is sent. */
void engine_ask(struct engine *e, const char *name, ns_type type, void *owner);

/* Fills *out with the next packet to send now. Returns false if nothing is due, the
 * window is full, or the rate allows no more. Tries that have timed out end here. */
bool engine_next_packet(struct engine *e, int64_t now_ms, struct engine_packet *out);

/* Reads a packet of `n` bytes, and ignores it if it does not answer, on its channel, one of the
 * tries that count. The engine holds one answer: call engine_next_answer() until it returns NULL
 * before the next packet is read. */
void engine_receive(struct engine *e, int64_t now_ms, struct channel channel,
                    const unsigned char *bytes, size_t n);

/* The connection of the try with this id by TCP is over. Unless engine_receive() had its answer,
 * the query is sent again. */
void engine_connection_ended(struct engine *e, int64_t now_ms, struct channel channel, uint16_t id);

/* Returns the owner of the next query that has ended, or NULL. *answer is borrowed until the next
 * call on the engine. */
void *engine_next_answer(struct engine *e, ns_type *type, const struct packet_answer **answer);

/* When engine_next_packet() may have something new; -1: only after another call. */
int64_t engine_deadline(const struct engine *e);

/* Queries that were not handed out by engine_next_answer() yet. */
size_t engine_pending(const struct engine *e);

/* Those of them that were never sent. */
size_t engine_unsent(const struct engine *e);

/* True if any query has ever received an answer, of whatever status. */
bool engine_was_answered(const struct engine *e);

/* Frees the engine and its queries; owners are the caller's. */
void engine_free(struct engine *e);

#endif
