#include "mxsend/retry.h"

int64_t retry_delay(const struct retry *r, int64_t attempts)
{
    int64_t delay = r->first_s;
    for (int64_t i = 1; i < attempts && delay < r->longest_s; i++)
        delay *= 2;
    return delay < r->longest_s ? delay : r->longest_s;
}

bool retry_is_over(const struct retry *r, int64_t attempts)
{
    int64_t age = 0;
    for (int64_t i = 1; i <= attempts && age <= r->expire_s; i++)
        age += retry_delay(r, i);
    return age > r->expire_s;
}
