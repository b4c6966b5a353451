#include "base/rfc3339.h"

enum { DAY = 86400 };

/* Returns the days from 1970-01-01 to a date of the Gregorian calendar. In the calculation a year
 * starts in March, so that the leap day is its last day. An era is 400 years, or 146,097 days; day
 * 0 of era 0 is 0000-03-01, which is 719,468 days before 1970-01-01. */
static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    days += 719468;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted + (shifted < 10 ? 3 : -9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* Writes the digits and the mark after them. Returns where the next number goes. */
static char *write_number(char *out, int64_t number, size_t digits, char mark)
{
    for (size_t i = digits; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    out[digits] = mark;
    return out + digits + 1;
}

void rfc3339_format(int64_t time_s, char out[RFC3339_LENGTH + 1])
{
    if (time_s < RFC3339_FIRST_S)
        time_s = RFC3339_FIRST_S;
    if (time_s > RFC3339_LAST_S)
        time_s = RFC3339_LAST_S;
    int64_t days = time_s / DAY - (time_s % DAY < 0);
    int64_t second = time_s - days * DAY;
    int64_t year, month, day;
    date_from_days(days, &year, &month, &day);
    const int64_t numbers[] = {year, month, day, second / 3600, second / 60 % 60, second % 60};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        out = write_number(out, numbers[i], i == 0 ? 4 : 2, "--T::Z"[i]);
    *out = '\0';
}

/* Takes `digits` digits and, unless `mark` is NUL, the mark after them off the front of *text. */
static bool read_number(struct span *text, size_t digits, char mark, int64_t *number)
{
    size_t length = digits + (mark != '\0');
    if (text->n < length)
        return false;
    *number = 0;
    for (size_t i = 0; i < digits; i++) {
        if (text->p[i] < '0' || text->p[i] > '9')
            return false;
        *number = *number * 10 + (text->p[i] - '0');
    }
    if (mark != '\0' && text->p[digits] != mark)
        return false;
    *text = span_make(text->p + length, text->n - length);
    return true;
}

/* Reads what follows the seconds: perhaps a fraction, then Z or an offset. */
static bool read_zone(struct span text, int64_t *offset_s)
{
    if (text.n > 0 && text.p[0] == '.') {
        size_t i = 1;
        while (i < text.n && text.p[i] >= '0' && text.p[i] <= '9')
            i++;
        if (i == 1)
            return false;
        text = span_make(text.p + i, text.n - i);
    }
    *offset_s = 0;
    if (span_is_caseless(text, "z"))
        return true;
    if (text.n != 6 || (text.p[0] != '+' && text.p[0] != '-'))
        return false;
    struct span rest = span_make(text.p + 1, 5);
    int64_t hours, minutes;
    if (!read_number(&rest, 2, ':', &hours) || !read_number(&rest, 2, '\0', &minutes) ||
        hours > 23 || minutes > 59)
        return false;
    *offset_s = (hours * 3600 + minutes * 60) * (text.p[0] == '-' ? -1 : 1);
    return true;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    int64_t next =
        month == 12 ? days_from_date(year + 1, 1, 1) : days_from_date(year, month + 1, 1);
    return next - days_from_date(year, month, 1);
}

bool rfc3339_parse(struct span text, int64_t *time_s)
{
    int64_t year, month, day, hour, minute, second, offset_s;
    if (!read_number(&text, 4, '-', &year) || !read_number(&text, 2, '-', &month) ||
        !read_number(&text, 2, '\0', &day) || year < 1 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return false;
    if (text.n == 0 || (text.p[0] != 'T' && text.p[0] != 't' && text.p[0] != ' '))
        return false;
    text = span_make(text.p + 1, text.n - 1);
    if (!read_number(&text, 2, ':', &hour) || !read_number(&text, 2, ':', &minute) ||
        !read_number(&text, 2, '\0', &second) || hour > 23 || minute > 59 || second > 60 ||
        !read_zone(text, &offset_s))
        return false;
    int64_t parsed =
        days_from_date(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset_s;
    if (parsed < RFC3339_FIRST_S || parsed > RFC3339_LAST_S)
        return false;
    *time_s = parsed;
    return true;
}
