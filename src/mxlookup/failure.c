#include "mxlookup/failure.h"

#include "base/ascii.h"

#include <stdlib.h>

enum { FIRST_MS = 1000, MOST_MS = 30000 };

void failure_note(struct failure *f, bool failed, int64_t now_ms)
{
    if (!failed) {
        *f = (struct failure){0};
        return;
    }
    f->wait_ms = f->wait_ms == 0 ? FIRST_MS : 2 * f->wait_ms;
    f->wait_ms = f->wait_ms < MOST_MS ? f->wait_ms : MOST_MS;
    f->over_ms = now_ms + f->wait_ms;
}

bool failure_is_over(const struct failure *f, int64_t now_ms)
{
    return f->wait_ms > 0 && now_ms >= f->over_ms;
}

void failure_save(const struct failure *f, struct buf *out)
{
    if (f->wait_ms > 0)
        buf_format(out, "\t%jd\t%jd", (intmax_t)f->wait_ms, (intmax_t)f->over_ms);
}

bool failure_load(struct failure *f, const struct span fields[FAILURE_FIELDS])
{
    if (!span_is_digits(fields[0], 5) || !span_is_digits(fields[1], 15))
        return false;
    f->wait_ms = strtoll(fields[0].p, NULL, 10);
    f->over_ms = strtoll(fields[1].p, NULL, 10);
    return f->wait_ms > 0 && f->wait_ms <= MOST_MS;
}
