/*
 * failure: for how long a lookup that failed is remembered (RFC 9520 3.2): for a second, then for
 * twice as long each time that it fails again, up to 30 s. Pure; a zeroed struct has not failed.
 * Owns nothing. Only failure_load() can fail.
 *
 * All times are milliseconds of the monotonic clock.
 */
#ifndef MXLOOKUP_FAILURE_H
#define MXLOOKUP_FAILURE_H

#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct failure {
    int64_t wait_ms; /* how long it is remembered; 0: the latest lookup did not fail */
    int64_t over_ms; /* the end of that */
};

/* Notes how a lookup ended. */
void failure_note(struct failure *f, bool failed, int64_t now_ms);

/* True if the latest lookup failed and may be done again. */
bool failure_is_over(const struct failure *f, int64_t now_ms);

enum { FAILURE_FIELDS = 2 };

/* Adds the failure as that many fields with a TAB before each; nothing if the latest lookup did not
 * fail. */
void failure_save(const struct failure *f, struct buf *out);

/* Reads the fields that failure_save() has added; false if they are not such fields. */
MUST_CHECK bool failure_load(struct failure *f, const struct span fields[FAILURE_FIELDS]);

#endif
