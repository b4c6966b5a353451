/*
 * duration: spans of time as users write them: `90s`, `30m`, `4h`, `30d`, `2w`.
 * A bare number is seconds. Pure: no I/O.
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include "base/span.h"
#include "base/status.h"

#include <stdint.h>

/* Seconds in *seconds; false where `text` is no duration or over 100 years. */
MUST_CHECK bool duration_parse(struct span text, int64_t *seconds);

#endif
