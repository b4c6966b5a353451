#include "mxsend/retry.h"

int64_t retry_delay(const struct retry *r, int64_t attempts)
{
    int64_t delay_s = r->first_s;
    for (int64_t i = 1; i < attempts && delay_s < r->longest_s; i++)
        delay_s *= 2;
    return delay_s < r->longest_s ? delay_s : r->longest_s;
}

bool retry_is_over(const struct retry *r, int64_t attempts)
{
    int64_t age_s = 0;
    for (int64_t i = 1; i <= attempts && age_s <= r->expire_s; i++)
        age_s += retry_delay(r, i);
    return age_s > r->expire_s;
}
