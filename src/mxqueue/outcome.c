#include "mxqueue/outcome.h"

#include "base/timestamp.h"

enum { DIGITS_MOST = 9 }; /* of the number of tries */

static bool read_attempts(struct span text, int64_t *attempts)
{
    *attempts = 0;
    if (text.n > DIGITS_MOST)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        *attempts = *attempts * 10 + (text.p[i] - '0');
    }
    return true;
}

/* A time that is unset is ROW_NO_TIME. */
static bool read_time(struct span text, int64_t now_s, int64_t *time_s)
{
    *time_s = ROW_NO_TIME;
    return text.n == 0 || timestamp_parse(text, now_s, time_s);
}

/* A row that was tried without telling when was tried now. */
static void set_first(struct row *r, int64_t at_s, int64_t now_s)
{
    if (r->first_s == ROW_NO_TIME && (r->attempts > 0 || r->result != ROW_UNTRIED))
        r->first_s = at_s != ROW_NO_TIME && at_s < now_s ? at_s : now_s;
}

const char *outcome_read(const struct span values[OUTCOME_COLUMNS], int64_t now_s, struct row *r)
{
    int64_t at_s;
    if (!row_find_result(values[OUTCOME_RESULT], &r->result))
        return "unknown result; use sent, failed, deferred, expired or dropped, as mxsend does";
    if (!read_attempts(values[OUTCOME_ATTEMPTS], &r->attempts))
        return "attempts is not a number";
    if (!read_time(values[OUTCOME_NEXT_AT], now_s, &r->next_s) ||
        !read_time(values[OUTCOME_FIRST_AT], now_s, &r->first_s) ||
        !read_time(values[OUTCOME_AT], now_s, &at_s))
        return "next_at, first_at or at is not a time; write it as 2026-11-23T10:31:47Z";
    set_first(r, at_s, now_s);
    r->ended_s = row_has_ended(r) ? now_s : ROW_NO_TIME;
    if (row_has_ended(r))
        r->next_s = ROW_NO_TIME;
    return NULL;
}

bool outcome_apply(struct row *r, const struct row *came)
{
    if (row_has_ended(r) && (r->result == ROW_SENT || came->result != ROW_SENT))
        return false;
    r->result = came->result;
    r->next_s = came->next_s;
    r->attempts = came->attempts > r->attempts ? came->attempts : r->attempts;
    r->first_s = r->first_s != ROW_NO_TIME ? r->first_s : came->first_s;
    r->ended_s = came->ended_s;
    return true;
}
