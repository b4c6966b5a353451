/*
 * server: what is known of a DNS server: how long it takes to answer, whether it answers at all,
 * and how it spells the question. Pure; a zeroed struct is a server of which nothing is known. Owns
 * nothing and cannot fail.
 *
 * All times are milliseconds, `now_ms` of the monotonic clock.
 */
#ifndef MXLOOKUP_SERVER_H
#define MXLOOKUP_SERVER_H

#include "mxlookup/packet.h"

#include <stdbool.h>
#include <stdint.h>

/* What a server makes of a question in random case. */
enum server_case {
    SERVER_CASE_UNKNOWN,
    SERVER_CASE_KEPT,
    SERVER_CASE_LOST, /* it may come back in another case */
};

struct server {
    /* The smoothed round-trip time, times 8, and its variation, times 4 (RFC 6298). */
    int64_t srtt8_ms, var4_ms;
    bool measured;
    int silent;              /* tries in a row without an answer */
    int64_t rest_ms;         /* how long a silent server is left alone; 0: it is not silent */
    int64_t resting_till_ms; /* the end of the current rest */
    enum server_case letters;
};

/* Notes an answer that came `took_ms` after its try was sent. */
void server_answered(struct server *s, int64_t took_ms);

/* Notes how the question of an answer is spelt. False if the answer may be somebody else's: the
 * server has kept the case of another one. */
bool server_spells(struct server *s, enum packet_spelling spelling);

/* Notes a try that timed out. */
void server_was_silent(struct server *s, int64_t now_ms);

/* How long to wait for an answer: max(100 ms, srtt + 4 var), 2 s at most; 300 ms before the first
 * answer. */
int64_t server_patience(const struct server *s);

/* True if the server may be asked now. After 20 tries without an answer it rests for 1 s, then for
 * twice as long each time, up to 30 s; one query goes out at the end of each rest. */
bool server_try(struct server *s, int64_t now_ms);

#endif
