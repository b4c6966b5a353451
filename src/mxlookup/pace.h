/*
 * pace: how fast to ask. As long as nearly all is answered there is no limit but the window. Where
 * much is lost or refused, a server has more than it takes: then questions go out at a little more
 * than the best rate of answers lately seen; unless that does not help, since then the loss is the
 * path's own. Pure; times in milliseconds.
 */
#ifndef MXLOOKUP_PACE_H
#define MXLOOKUP_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum { PACE_BEST = 8 /* intervals that the best rate is taken from */ };

struct pace {
    int64_t most;     /* questions a second at the most; 0: no limit of the user's */
    int64_t begun_ms; /* the present interval; 0: none yet */
    int64_t answered; /* in it */
    int64_t lost;     /* timed out */
    int64_t refused;
    double rate; /* questions a second; 0: no limit */
    double credit;
    int64_t credited_ms; /* when credit was last given */
    double answers[PACE_BEST];
    unsigned next;          /* place in it */
    double loss_before;     /* the part that was lost when the pace was set */
    int intervals;          /* since then */
    int64_t ignore_till_ms; /* no pace is set before: it did not help */
};

void pace_init(struct pace *p, int64_t most);

/* What happened to a question that was sent. */
void pace_answered(struct pace *p);
void pace_lost(struct pace *p);
void pace_refused(struct pace *p);

/* May a question go out now? It is counted then. */
bool pace_allows(struct pace *p, int64_t now_ms);

/* When one may, where pace_allows() said no. */
int64_t pace_next(const struct pace *p, int64_t now_ms);

#endif
