#include "base/clock.h"

#include "base/err.h"
#include "base/number.h"
#include "base/rfc3339.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

static bool given;
static int64_t given_time_s;

int clock_init(void)
{
    const char *text = getenv("MXKIT_NOW");
    given = text != NULL && *text != '\0';
    if (!given || rfc3339_parse(span_of(text), &given_time_s) || number_parse(text, &given_time_s))
        return 0;
    err_say("MXKIT_NOW is \"%s\", which is not a time; write it as 2026-11-23T10:31:47Z", text);
    return EX_USAGE;
}

int64_t clock_now(void)
{
    return given ? given_time_s : (int64_t)time(NULL);
}

int64_t clock_monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
