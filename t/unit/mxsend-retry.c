/*
 * retry: the delays between tries, and when a message has expired, as in mxsend(1), Retries.
 */
#include "mxsend/retry.h"

#include "tap.h"

#include <stddef.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* True if the delays after tries 1 to `count` are these. */
static bool delays(const struct retry *r, const int64_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (retry_delay(r, (int64_t)i + 1) != expected[i])
            return false;
    return true;
}

int main(void)
{
    static const int64_t usual[] = {15 * MINUTE, 30 * MINUTE, HOUR,    2 * HOUR,
                                    4 * HOUR,    4 * HOUR,    4 * HOUR},
                         long_first[] = {3 * HOUR, 4 * HOUR, 4 * HOUR},
                         longer_first[] = {4 * HOUR, 4 * HOUR};
    struct retry r = {15 * MINUTE, 4 * HOUR, 5 * DAY};
    ok(delays(&r, usual, sizeof usual / sizeof *usual),
       "the delays are 15 and 30 minutes, 1, 2 and 4 hours, then 4 hours each");
    /* 465 minutes after five tries, and 240 more after each later one; 5 days are 7,200. */
    ok(!retry_is_over(&r, 33) && retry_is_over(&r, 34),
       "with these delays and a limit of 5 days a message expires after its 34th try");
    r.expire_s = 45 * MINUTE;
    ok(!retry_is_over(&r, 2) && retry_is_over(&r, 3),
       "a message expires if its age exceeds the limit, and not at the very limit");
    r.expire_s = 0;
    ok(retry_is_over(&r, 1), "with a limit of 0 a message expires after its first try");
    r.first_s = 3 * HOUR;
    ok(delays(&r, long_first, sizeof long_first / sizeof *long_first),
       "no delay is over 4 hours, also if twice the last one is");
    r.first_s = DAY;
    ok(delays(&r, longer_first, sizeof longer_first / sizeof *longer_first),
       "no delay is over 4 hours, also if the first one was to be a day");
    return done();
}
