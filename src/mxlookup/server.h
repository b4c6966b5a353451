/*
 * server: what is known of a DNS server: how long it takes, and whether it lives. Pure; times in
 * milliseconds.
 */
#ifndef MXLOOKUP_SERVER_H
#define MXLOOKUP_SERVER_H

#include <stdbool.h>
#include <stdint.h>

struct server {
    int64_t srtt8_ms,
        var4_ms; /* smoothed time of an answer and its variation, times 8 and 4 (RFC 6298) */
    bool measured;
    int silent;                       /* tries without an answer, in a row */
    int64_t rest_ms, resting_till_ms; /* how long a silent one is left alone, and till when */
};

/* An answer came, so long after its try was sent. */
void server_answered(struct server *s, int64_t took_ms);
void server_was_silent(struct server *s, int64_t now_ms);

/* How long to wait before asking again: max(100 ms, srtt + 4 var). */
int64_t server_patience(const struct server *s);

/* May it be asked now? One that was silent for long is left alone, but for one question at the end
 * of each rest. */
bool server_try(struct server *s, int64_t now_ms);

#endif
