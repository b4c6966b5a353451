/*
 * Moments in the forms of other programs. The expected values are of date(1): `date -u -d TEXT
 * +%s`.
 */
#include "base/timestamp.h"

#include "tap.h"

#include <stdio.h>

enum { NOW = 1795429907 /* 2026-11-23T10:31:47Z */ };

static bool reads(const char *text, int64_t expected)
{
    int64_t time_s = -1;
    bool good = timestamp_parse(span_of(text), NOW, &time_s) && time_s == expected;
    if (!good)
        printf("# \"%s\" is read as %lld, not as %lld\n", text, (long long)time_s,
               (long long)expected);
    return good;
}

static bool refuses(const char *text)
{
    int64_t time_s;
    bool refused = !timestamp_parse(span_of(text), NOW, &time_s);
    if (!refused)
        printf("# \"%s\" is read\n", text);
    return refused;
}

int main(void)
{
    ok(reads("2026-11-23T10:31:47Z", NOW) && reads("2026-11-23T11:31:47+01:00", NOW),
       "RFC 3339 is read");
    ok(reads("2023-03-01 09:00:00-0800", 1677690000) && reads("2026-11-23 10:31:47+0000", NOW) &&
           reads("2026-11-23T10:31:47+0000", NOW) && reads("2026-11-23 11:31:47 +0100", NOW) &&
           reads("2026-11-23 10:31:47.5 +0000", NOW) && reads("2026-11-23 10:31:47,123", NOW),
       "RFC 3339 with a blank, without a colon or with a fraction is read");
    ok(reads("2026-11-23 10:31:47", NOW) && reads("2026-11-23T10:31", NOW - 47),
       "a time without a zone is UTC, and seconds may be missing");
    ok(reads("2026-11-23", 1795392000) && reads("20261123", 1795392000),
       "a date is its first second");
    ok(reads("Mon, 23 Nov 2026 10:31:47 +0000", NOW) && reads("23 Nov 2026 11:31:47 +0100", NOW) &&
           reads("Mon, 23 Nov 2026 10:31:47 GMT", NOW) &&
           reads("Mon, 23 Nov 2026 05:31:47 EST", NOW) &&
           reads("Mon,  3 Nov 2025 10:31:47 +0000 (UTC)", 1762165907) &&
           reads("Mon, 23 Nov 26 10:31:47 +0000", NOW) &&
           reads("Mon, 23 Nov 2026 10:31 +0000", NOW - 47),
       "RFC 5322 is read, with names of zones, comments, two digits of a year");
    ok(reads("Mon, 23 Nov 2026 10:31:47 UT", NOW) && reads("Mon, 23 Nov 2026 10:31:47 UTC", NOW) &&
           reads("Mon, 23 Nov 2026 06:31:47 EDT", NOW) &&
           reads("Mon, 23 Nov 2026 04:31:47 CST", NOW) &&
           reads("Mon, 23 Nov 2026 05:31:47 CDT", NOW) &&
           reads("Mon, 23 Nov 2026 03:31:47 MST", NOW) &&
           reads("Mon, 23 Nov 2026 04:31:47 MDT", NOW) &&
           reads("Mon, 23 Nov 2026 02:31:47 PST", NOW) &&
           reads("Mon, 23 Nov 2026 03:31:47 PDT", NOW),
       "each name of a zone in RFC 5322 4.3 is read");
    ok(reads("Mon Nov 23 10:31:47 2026", NOW) && reads("Mon Nov 23 10:31:47 UTC 2026", NOW),
       "ctime(3) and date(1) are read");
    ok(reads("Nov 23 10:31:47", NOW) && reads("Nov  3 10:31:47", NOW - 20 * 86400) &&
           reads("Nov 24 10:31:47", NOW + 86400) && reads("Nov 24 10:31:48", 1763980308) &&
           reads("Dec 31 23:59:59", 1767225599),
       "syslog is read, of this year or the last");
    ok(reads("1795429907", NOW) && reads("1795429907.25", NOW) && reads("1795429907123", NOW) &&
           reads("999999999", 999999999) && reads("99999999999", 99999999999) &&
           reads("915148800000", 915148800),
       "seconds and milliseconds since 1970 are read");
    ok(reads(" 2026-11-23T10:31:47Z\r", NOW), "white space at both ends is ignored");
    ok(refuses("") && refuses("now") && refuses("yesterday") && refuses("-") && refuses("12") &&
           refuses("17954299071234567") && refuses("2026-11-31") && refuses("2026-02-29") &&
           refuses("20261331") && refuses("30 Feb 2026 10:00:00 +0000") && refuses("11/23/2026") &&
           refuses("23.11.2026") && refuses("10:31:47") && refuses("2026-11-23T25:00:00Z") &&
           refuses("2026-11-23 10:31:47 XYZ") && refuses("2026-11-23 10:31:47 +00000") &&
           refuses("1795429907x") && refuses("Foo 23 10:31:47"),
       "anything else is refused");
    ok(!timestamp_parse(span_make("2026-11-23\0Z", 12), NOW, &(int64_t){0}), "a NUL is refused");
    return done();
}
