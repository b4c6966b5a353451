/*
 * retry: when a deferred message is tried again, and when it is too old to be tried again. Pure: it
 * owns nothing and cannot fail. All times are in seconds.
 */
#ifndef MXSEND_RETRY_H
#define MXSEND_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct retry {
    int64_t first_s;   /* from the first try to the second; each later delay is twice the last */
    int64_t longest_s; /* no delay is longer */
    int64_t expire_s;  /* the age at which a message expires */
};

/* Returns the seconds from try number `attempts`, from 1 on, to the next one. */
int64_t retry_delay(const struct retry *r, int64_t attempts);

/* True if the try after `attempts` tries would come more than expire_s after the first one. The age
 * is the sum of the delays, as if each try had come on time. */
bool retry_is_over(const struct retry *r, int64_t attempts);

#endif
