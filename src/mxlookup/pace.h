/*
 * pace: how fast to send queries. As long as nearly all of them are answered, there is no limit but
 * the user's. If many are lost or refused, a server gets more than it can handle: then queries go
 * out at a little more than the best recent rate of answers. If that does not help, the loss is the
 * network's, and the limit is dropped for a while. Pure; it owns nothing and cannot fail.
 *
 * All times are milliseconds of the monotonic clock.
 */
#ifndef MXLOOKUP_PACE_H
#define MXLOOKUP_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum { PACE_BEST = 8 /* intervals of which the best rate is taken */ };

struct pace {
    int64_t most;     /* the user's limit in packets a second; 0: none */
    int64_t begun_ms; /* when the current interval began; 0: no interval yet */
    int64_t answered; /* in the current interval, as are the next two */
    int64_t lost;     /* timed out */
    int64_t refused;
    double rate;               /* our own limit in packets a second; 0: none */
    double credit;             /* packets that may go out now */
    int64_t credited_ms;       /* when credit was last added */
    double answers[PACE_BEST]; /* answers a second in the latest intervals */
    unsigned next;             /* its place in `answers`, modulo PACE_BEST */
    double loss_before;        /* the fraction that was lost or refused when the limit was set */
    int intervals;             /* intervals with much loss since then */
    int64_t ignore_till_ms;    /* no limit is set before this time: the last one did not help */
};

/* `most` is the user's limit in packets a second; 0: none. */
void pace_init(struct pace *p, int64_t most);

/* What became of a packet that was sent. */
void pace_answered(struct pace *p);
void pace_lost(struct pace *p);
void pace_refused(struct pace *p);

/* True if a packet may go out now; it is counted as sent. */
bool pace_allows(struct pace *p, int64_t now_ms);

/* When the next packet may go out, after pace_allows() has returned false. Later than now_ms. */
int64_t pace_next(const struct pace *p, int64_t now_ms);

#endif
