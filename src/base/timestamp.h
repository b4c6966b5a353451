/*
 * timestamp: moments as other programs write them, in every common form. Pure: no I/O, and no use
 * of the machine's time zone; the caller gives the current time, for forms without a year.
 */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include "base/span.h"
#include "base/status.h"

#include <stdint.h>

/*
 * Reads a moment into *time_s, in seconds since 1970; false if `text` is in none of these forms:
 *   - RFC 3339, also with a blank for the T, an offset without a colon, or no seconds;
 *   - a date, `2026-11-23` or `20261123`: its first second;
 *   - RFC 5322 (mail), with or without the weekday, with a zone as a number or a name;
 *   - ctime(3) and date(1);
 *   - syslog, `Nov 23 10:31:47`: of the two possible years the one that is not after `now_s` by
 * more than a day;
 *   - seconds since 1970 (9 to 11 digits, perhaps a fraction) or milliseconds (12 to 14 digits).
 * A form without a zone is UTC. Fractions of seconds are dropped.
 */
MUST_CHECK bool timestamp_parse(struct span text, int64_t now_s, int64_t *time_s);

#endif
