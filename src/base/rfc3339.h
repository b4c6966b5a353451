/*
 * rfc3339: times as the rows and the state have them, in UTC: `2026-11-23T10:31:47Z`.
 * In memory, times are seconds since 1970; the years are 0001 to 9999. Pure: no I/O, and the
 * machine's time zone does not matter.
 */
#ifndef BASE_RFC3339_H
#define BASE_RFC3339_H

#include "base/span.h"
#include "base/status.h"

#include <stdint.h>

enum { RFC3339_LENGTH = 20 };

/* The first second of the year 1 and the last one of the year 9999. */
#define RFC3339_FIRST_S INT64_C(-62135596800)
#define RFC3339_LAST_S  INT64_C(253402300799)

/* Writes RFC3339_LENGTH bytes and a NUL to `out`. A time outside the years 0001 to 9999 becomes the
 * first or the last second of them. */
void rfc3339_format(int64_t time_s, char out[RFC3339_LENGTH + 1]);

/* Reads a time of RFC 3339 section 5.6. It may have an offset (+02:00), a fraction of a second,
 * which is dropped, a leap second, which becomes the next second, and a space for the T. Returns
 * false, with *time_s unchanged, if `text` is anything else. */
MUST_CHECK bool rfc3339_parse(struct span text, int64_t *time_s);

#endif
