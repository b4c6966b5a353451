/*
 * clock: the current time.
 * $MXKIT_NOW (RFC 3339 or seconds since 1970) replaces the real clock, so that tests and replays
 * can choose their time. Only clock_init() can fail.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/status.h"

#include <stdint.h>

/* Reads $MXKIT_NOW. Returns 0, or EX_USAGE if it is set but is not a time (reported).
 * options_parse() calls this; clock_now() ignores $MXKIT_NOW until then. */
MUST_CHECK int clock_init(void);

/* Returns seconds since 1970: those of $MXKIT_NOW, which do not advance, or of the real clock. */
int64_t clock_now(void);

/* Returns milliseconds of a clock that never jumps, for deadlines. $MXKIT_NOW has no effect. */
int64_t clock_monotonic_ms(void);

#endif
