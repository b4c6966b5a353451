#include "base/timestamp.h"

#include "base/ascii.h"
#include "base/rfc3339.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    TEXT_LIMIT = 96, /* bytes of the longest form, with a weekday and a comment */
    DAY_S = 86400,
};

/* For strptime(3), whose blanks match any white space. Where both fit, a year of two digits comes
 * first: %Y would read it as a year of the first century. */
static const char *const formats[] = {
    "%Y-%m-%dT%H:%M:%S%z",     "%Y-%m-%d %H:%M:%S%z",      "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",       "%Y-%m-%dT%H:%M%z",         "%Y-%m-%d %H:%M%z",
    "%Y-%m-%dT%H:%M",          "%Y-%m-%d %H:%M",           "%Y-%m-%d",
    "%a, %d %b %y %H:%M:%S%z", "%a, %d %b %Y %H:%M:%S%z",  "%a, %d %b %y %H:%M%z",
    "%a, %d %b %Y %H:%M%z",    "%d %b %y %H:%M:%S%z",      "%d %b %Y %H:%M:%S%z",
    "%d %b %y %H:%M%z",        "%d %b %Y %H:%M%z",         "%a, %d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",       "%a %b %d %H:%M:%S UTC %Y", "%a %b %d %H:%M:%S %Y",
};
static const char *const without_year = "%Y %b %d %H:%M:%S";

/* The zones that have a name in RFC 5322 4.3. */
static const struct {
    const char *name, *offset;
} zones[] = {
    {"UT", "+0000"},  {"UTC", "+0000"}, {"GMT", "+0000"}, {"EST", "-0500"},
    {"EDT", "-0400"}, {"CST", "-0600"}, {"CDT", "-0500"}, {"MST", "-0700"},
    {"MDT", "-0600"}, {"PST", "-0800"}, {"PDT", "-0700"},
};

/* Reads the whole text in one format. timegm(3) makes 2 March of 30 February, which the comparison
 * finds; a leap second is the second after it. */
static bool read_format(const char *text, const char *format, int64_t *time_s)
{
    struct tm tm = {.tm_mday = 1};
    const char *end = strptime(text, format, &tm);
    if (end == NULL || *end != '\0')
        return false;
    struct tm normal = tm;
    long offset_s = tm.tm_gmtoff;
    int64_t utc_s = (int64_t)timegm(&normal);
    if (normal.tm_mday != tm.tm_mday && tm.tm_sec < 60)
        return false;
    *time_s = utc_s - offset_s;
    return true;
}

/* Drops a comment at the end, `(CET)`. */
static struct span without_comment(struct span s)
{
    const char *open = s.n > 0 && s.p[s.n - 1] == ')' ? memrchr(s.p, '(', s.n) : NULL;
    return open == NULL ? s : span_trim(span_make(s.p, (size_t)(open - s.p)));
}

/* Drops the fraction of the seconds, `:47.250` or `:47,250`. */
static void drop_fraction(char *text)
{
    for (char *p = text; *p != '\0'; p++) {
        size_t digits = strspn(p + 1, "0123456789");
        if ((*p == '.' || *p == ',') && digits > 0 && p > text + 5 && p[-3] == ':')
            memmove(p, p + 1 + digits, strlen(p + 1 + digits) + 1);
    }
}

/* Writes the offset in place of a zone's name at the end; `text` has room for it. */
static void replace_zone(char *text)
{
    char *word = strrchr(text, ' ');
    for (size_t i = 0; word != NULL && i < sizeof zones / sizeof *zones; i++)
        if (strcasecmp(word + 1, zones[i].name) == 0) {
            memcpy(word + 1, zones[i].offset, strlen(zones[i].offset) + 1);
            return;
        }
}

/* Seconds since 1970, or milliseconds, by the number of their digits. */
static bool read_epoch(const char *text, int64_t *time_s)
{
    size_t digits = strspn(text, "0123456789");
    const char *rest = text + digits;
    if (digits < 9 || digits > 14)
        return false;
    if (*rest == '.' && digits <= 11 && rest[1] != '\0')
        rest += 1 + strspn(rest + 1, "0123456789");
    if (*rest != '\0')
        return false;
    *time_s = strtoll(text, NULL, 10) / (digits > 11 ? 1000 : 1);
    return true;
}

/* Eight digits are a date. */
static bool read_basic_date(const char *text, int64_t *time_s)
{
    char date[11];
    if (strspn(text, "0123456789") != 8 || text[8] != '\0')
        return false;
    snprintf(date, sizeof date, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
    return read_format(date, "%Y-%m-%d", time_s);
}

static bool read_without_year(const char *text, int64_t now_s, int64_t *time_s)
{
    time_t now = (time_t)now_s;
    struct tm today;
    if (gmtime_r(&now, &today) == NULL)
        return false;
    for (int year = today.tm_year + 1901; year >= today.tm_year + 1899; year--) {
        char whole[TEXT_LIMIT + 24];
        snprintf(whole, sizeof whole, "%d %s", year, text);
        if (read_format(whole, without_year, time_s) && *time_s <= now_s + DAY_S)
            return true;
    }
    return false;
}

bool timestamp_parse(struct span text, int64_t now_s, int64_t *time_s)
{
    char copy[TEXT_LIMIT + 8];
    struct span s = without_comment(span_trim(text));
    if (s.n == 0 || s.n > TEXT_LIMIT || memchr(s.p, '\0', s.n) != NULL)
        return false;
    if (rfc3339_parse(s, time_s))
        return true;
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    drop_fraction(copy);
    replace_zone(copy);
    if (read_epoch(copy, time_s) || read_basic_date(copy, time_s))
        return true;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (read_format(copy, formats[i], time_s))
            return true;
    return read_without_year(copy, now_s, time_s);
}
