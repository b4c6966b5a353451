/*
 * rfc3339: times as the stream and the state write them, in UTC: `2026-11-23T10:31:47Z`.
 * Times are seconds since 1970, years 0001 to 9999. Pure: no I/O, no time zone of the machine.
 */
#ifndef BASE_RFC3339_H
#define BASE_RFC3339_H

#include "base/span.h"
#include "base/status.h"

#include <stdint.h>

enum { RFC3339_LENGTH = 20 };

/* Writes RFC3339_LENGTH bytes and a NUL to `out`. */
void rfc3339_format(int64_t time_s, char out[RFC3339_LENGTH + 1]);

/* Also takes offsets (+02:00), fractions of seconds (dropped) and a space for the T. False if it is
 * no time. */
MUST_CHECK bool rfc3339_parse(struct span text, int64_t *time_s);

#endif
