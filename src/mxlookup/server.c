#include "mxlookup/server.h"

enum {
    LEAST_MS = 100,   /* the wait for an answer: at least */
    FIRST_MS = 300,   /* before the first answer */
    MOST_MS = 2000,   /* at most */
    SILENT_MOST = 20, /* tries without an answer before a rest */
    REST_MS = 1000,   /* the first rest */
    REST_MOST = 30000 /* the longest, in ms */
};

void server_answered(struct server *s, int64_t took_ms)
{
    s->silent = 0;
    s->rest_ms = 0;
    s->resting_till_ms = 0;
    if (!s->measured) {
        s->srtt8_ms = took_ms * 8;
        s->var4_ms = took_ms * 2;
        s->measured = true;
        return;
    }
    int64_t error_ms = took_ms - s->srtt8_ms / 8;
    s->srtt8_ms += error_ms;
    s->var4_ms += (error_ms < 0 ? -error_ms : error_ms) - s->var4_ms / 4;
}

bool server_spells(struct server *s, enum packet_spelling spelling)
{
    if (s->letters == SERVER_CASE_UNKNOWN && spelling != PACKET_PLAIN_SPELLING)
        s->letters = spelling == PACKET_SAME_SPELLING ? SERVER_CASE_KEPT : SERVER_CASE_LOST;
    return spelling != PACKET_OTHER_SPELLING || s->letters == SERVER_CASE_LOST;
}

void server_was_silent(struct server *s, int64_t now_ms)
{
    if (++s->silent < SILENT_MOST)
        return;
    s->silent = SILENT_MOST - 1; /* one more silent try begins the next rest */
    s->rest_ms = s->rest_ms == 0              ? REST_MS
                 : 2 * s->rest_ms > REST_MOST ? REST_MOST
                                              : 2 * s->rest_ms;
    s->resting_till_ms = now_ms + s->rest_ms;
}

int64_t server_patience(const struct server *s)
{
    int64_t patience_ms = s->srtt8_ms / 8 + s->var4_ms;
    if (!s->measured)
        return FIRST_MS;
    return patience_ms < LEAST_MS ? LEAST_MS : patience_ms > MOST_MS ? MOST_MS : patience_ms;
}

bool server_try(struct server *s, int64_t now_ms)
{
    if (now_ms < s->resting_till_ms)
        return false;
    if (s->rest_ms > 0)
        s->resting_till_ms = now_ms + s->rest_ms;
    return true;
}
