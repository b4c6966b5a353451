#include "mxlookup/pace.h"

enum {
    INTERVAL_MS = 100,
    LEAST_COUNT = 50, /* queries that an interval needs to set a limit */
    PATIENCE = 4,     /* intervals with much loss after which a limit must have lowered it */
    IGNORE_MS = 3000  /* how long no limit is set if it has not */
};

/* Thresholds, as fractions of the queries in one interval. REFUSED is explicit; a loss may be the
 * network's. */
static const double lost_part = 0.25, refused_part = 0.02;

/* The limit as a multiple of the best rate of answers, and its growth in an interval with little
 * loss. */
static const double over_best = 1.03, growth = 1.05;

void pace_init(struct pace *p, int64_t most)
{
    *p = (struct pace){.most = most};
}

void pace_answered(struct pace *p)
{
    p->answered++;
}

void pace_lost(struct pace *p)
{
    p->lost++;
}

void pace_refused(struct pace *p)
{
    p->refused++;
}

static double best_of(const struct pace *p)
{
    double best = 0;
    for (unsigned i = 0; i < PACE_BEST; i++)
        best = p->answers[i] > best ? p->answers[i] : best;
    return best;
}

/* Sets the limit, or drops it if it has not helped. */
static void slow_down(struct pace *p, double loss, int64_t now_ms)
{
    if (p->rate > 0 && ++p->intervals >= PATIENCE && loss > p->loss_before * 0.7) {
        p->rate = 0;
        p->ignore_till_ms = now_ms + IGNORE_MS;
        return;
    }
    if (p->rate <= 0) {
        p->loss_before = loss;
        p->intervals = 0;
        p->credit = 0;
    }
    p->rate = best_of(p) * over_best;
}

static void end_interval(struct pace *p, int64_t now_ms)
{
    double seconds = (double)(now_ms - p->begun_ms) / 1000;
    int64_t all = p->answered + p->lost + p->refused;
    double loss = all > 0 ? (double)(p->lost + p->refused) / (double)all : 0;
    double refused = all > 0 ? (double)p->refused / (double)all : 0;
    p->answers[p->next++ % PACE_BEST] = (double)p->answered / seconds;
    bool much =
        all >= LEAST_COUNT && p->answered > 0 && (loss > lost_part || refused > refused_part);
    if (much && now_ms >= p->ignore_till_ms)
        slow_down(p, loss, now_ms);
    else if (p->rate > 0)
        p->rate *= growth; /* the server may be able to handle more by now */
    p->begun_ms = now_ms;
    p->answered = p->lost = p->refused = 0;
}

static double limit_of(const struct pace *p)
{
    double most = (double)p->most;
    return p->rate <= 0 || (p->most > 0 && most < p->rate) ? most : p->rate;
}

bool pace_allows(struct pace *p, int64_t now_ms)
{
    if (p->begun_ms == 0)
        p->begun_ms = p->credited_ms = now_ms;
    if (now_ms - p->begun_ms >= INTERVAL_MS)
        end_interval(p, now_ms);
    double limit = limit_of(p);
    if (limit <= 0)
        return true;
    p->credit += limit * (double)(now_ms - p->credited_ms) / 1000;
    p->credited_ms = now_ms;
    double burst = limit / 100 > 1 ? limit / 100 : 1; /* what 10 ms allow */
    p->credit = p->credit > burst ? burst : p->credit;
    if (p->credit < 1)
        return false;
    p->credit -= 1;
    return true;
}

int64_t pace_next(const struct pace *p, int64_t now_ms)
{
    double limit = limit_of(p);
    int64_t wait = limit > 0 ? (int64_t)((1 - p->credit) * 1000 / limit) : 0;
    return now_ms + (wait < 1 ? 1 : wait);
}
