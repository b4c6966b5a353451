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
    ok(lasts("90", 90) && lasts("90s", 90) && lasts("30m", 1800) && lasts("4h", 14400) &&
           lasts("30d", 2592000) && lasts("2w", 1209600),
       "durations are read in every unit");
    ok(refuses_duration("") && refuses_duration("d") && refuses_duration("-1d") &&
           refuses_duration("1.5h") && refuses_duration("99999999999999999d") &&
           refuses_duration("1dd"),
       "invalid durations are refused");
    return done();
}
