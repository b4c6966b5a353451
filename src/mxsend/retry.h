/*
 * retry: when a deferred message is tried again, and when it has been tried for too long. Pure.
 */
#ifndef MXSEND_RETRY_H
#define MXSEND_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct retry {
    int64_t first_s, longest_s; /* between tries: doubling from the one to the other */
    int64_t expire_s;           /* in all */
};

/* Seconds until the try behind `attempts` tries. */
int64_t retry_delay(const struct retry *r, int64_t attempts);

/* Would that try come later than expire_s after the first one, had each come when it was due? */
bool retry_is_over(const struct retry *r, int64_t attempts);

#endif
