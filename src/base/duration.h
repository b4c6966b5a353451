/*
 * duration: lengths of time as users write them: `90s`, `30m`, `4h`, `30d`, `2w`.
 * A number without a unit is in seconds. Pure: no I/O.
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include "base/span.h"
#include "base/status.h"

#include <stdint.h>

/* Sets *seconds. Returns false, with *seconds unchanged, if `text` is not a duration or is longer
 * than 100 years (of 366 days). */
MUST_CHECK bool duration_parse(struct span text, int64_t *seconds);

#endif
