#include "mxlookup/server.h"

enum {
    LEAST_MS = 100,
    FIRST_MS = 300,
    MOST_MS = 2000,
    SILENT_MOST = 20,
    REST_MS = 1000,
    REST_MOST = 30000
};

void server_answered(struct server *s, int64_t took)
{
    s->silent = 0;
    s->rest = 0;
    s->resting_till = 0;
    if (!s->measured) {
        s->srtt8 = took * 8;
        s->var4 = took * 2;
        s->measured = true;
        return;
    }
    int64_t error = took - s->srtt8 / 8;
    s->srtt8 += error;
    s->var4 += (error < 0 ? -error : error) - s->var4 / 4;
}

void server_was_silent(struct server *s, int64_t now)
{
    if (++s->silent < SILENT_MOST)
        return;
    s->silent = SILENT_MOST - 1; /* one more try after the rest */
    s->rest = s->rest == 0 ? REST_MS : 2 * s->rest > REST_MOST ? REST_MOST : 2 * s->rest;
    s->resting_till = now + s->rest;
}

int64_t server_patience(const struct server *s)
{
    int64_t patience = s->srtt8 / 8 + s->var4;
    if (!s->measured)
        return FIRST_MS;
    return patience < LEAST_MS ? LEAST_MS : patience > MOST_MS ? MOST_MS : patience;
}

bool server_try(struct server *s, int64_t now)
{
    if (now < s->resting_till)
        return false;
    if (s->rest > 0)
        s->resting_till = now + s->rest;
    return true;
}
