/*
 * Times (RFC 3339) and durations, read from text and written.
 */
#include "base/duration.h"
#include "base/rfc3339.h"

#include "tap.h"

static bool reads(const char *text, int64_t expected)
{
    int64_t time = -1;
    return rfc3339_parse(span_of(text), &time) && time == expected;
}

static bool refuses(const char *text)
{
    int64_t time;
    return !rfc3339_parse(span_of(text), &time);
}

static bool writes(int64_t time_s, const char *expected)
{
    char text[RFC3339_LENGTH + 1];
    rfc3339_format(time_s, text);
    return strcmp(text, expected) == 0;
}

static bool lasts(const char *text, int64_t expected)
{
    int64_t seconds = -1;
    return duration_parse(span_of(text), &seconds) && seconds == expected;
}

static bool refuses_duration(const char *text)
{
    int64_t seconds;
    return !duration_parse(span_of(text), &seconds);
}

int main(void)
{
    size_t wrong = 0;
    for (int64_t t = -62135596800; t < 253402300799; t += 86399 * 17) {
        char text[RFC3339_LENGTH + 1];
        rfc3339_format(t, text);
        wrong += !reads(text, t);
    }
    ok(wrong == 0, "times from year 1 to 9999 are read as they were written");
    ok(reads("2026-11-23T10:31:47Z", 1795429907), "a time in UTC is read");
    ok(reads("2026-11-23T12:31:47+02:00", 1795429907) &&
           reads("2026-11-23 10:31:47.25Z", 1795429907),
       "a time may have an offset, a fraction of a second, and a space for the T");
    ok(reads("2024-02-29T00:00:00Z", 1709164800) && refuses("2026-02-29T00:00:00Z"),
       "February 29 is read in leap years and refused in others");
    ok(refuses("2026-13-01T00:00:00Z") && refuses("2026-01-01T24:00:00Z") &&
           refuses("2026-01-01") && refuses("") && refuses("2026-01-01T00:00:00") &&
           refuses("2026-01-01T00:00:00ZZ"),
       "invalid times are refused");
    ok(reads("2026-11-23T05:31:47-05:00", 1795429907) &&
           reads("2026-11-23T16:01:47+05:30", 1795429907) &&
           reads("2026-11-24T10:30:47+23:59", 1795429907),
       "an offset is east of Greenwich with +, west of it with -");
    ok(refuses("2026-11-23T10:31:47+24:00") && refuses("2026-11-23T10:31:47+99:00") &&
           refuses("2026-11-23T10:31:47+01:60") && refuses("2026-11-23T10:31:47+1:00") &&
           refuses("2026-11-23T10:31:47+0100") && refuses("2026-11-23T10:31:47.Z"),
       "an offset that is not one is refused");
    ok(reads("2016-12-31T23:59:60Z", 1483228800) && refuses("2016-12-31T23:59:61Z"),
       "a leap second is the second after it (RFC 3339 5.6)");
    ok(writes(0, "1970-01-01T00:00:00Z") && writes(-1, "1969-12-31T23:59:59Z") &&
           writes(-86400, "1969-12-31T00:00:00Z") && writes(-86401, "1969-12-30T23:59:59Z") &&
           writes(951782400, "2000-02-29T00:00:00Z") && writes(-2203891200, "1900-03-01T00:00:00Z"),
       "times before and after 1970 are written as date(1) writes them");
    ok(writes(INT64_MIN, "0001-01-01T00:00:00Z") && writes(INT64_MAX, "9999-12-31T23:59:59Z"),
       "a time out of range is written as the earliest or the latest");
    ok(lasts("36600d", 36600LL * 86400) && refuses_duration("36601d") &&
           refuses_duration("1000000d") && refuses_duration("3162240001"),
       "a duration is at most 100 years of 366 days");
    ok(lasts("90", 90) && lasts("90s", 90) && lasts("30m", 1800) && lasts("4h", 14400) &&
           lasts("30d", 2592000) && lasts("2w", 1209600),
       "durations are read in every unit");
    ok(refuses_duration("") && refuses_duration("d") && refuses_duration("-1d") &&
           refuses_duration("1.5h") && refuses_duration("99999999999999999d") &&
           refuses_duration("1dd"),
       "invalid durations are refused");
    return done();
}
