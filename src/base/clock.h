/*
 * clock: what time it is, as a value.
 * $MXKIT_NOW (RFC 3339 or seconds since 1970) stands in for the real clock, so that tests and
 * replays are given their time.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/status.h"

#include <stdint.h>

/* Reads $MXKIT_NOW once; 0, or EX_USAGE where it is set and no time (said on stderr). Call it
 * before clock_now(). */
MUST_CHECK int clock_init(void);

/* Seconds since 1970. */
int64_t clock_now(void);

/* Milliseconds on a clock that never jumps, for deadlines; not stopped by $MXKIT_NOW. */
int64_t clock_monotonic_ms(void);

#endif
