#include "base/duration.h"

static int64_t unit_seconds(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 7 * 86400;
    default:
        return 0;
    }
}

bool duration_parse(struct span text, int64_t *seconds)
{
    static const int64_t most = 100LL * 366 * 86400;
    int64_t number = 0;
    size_t i = 0;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
        number = number * 10 + (text.p[i] - '0');
        if (number > most)
            return false;
    }
    if (i == 0 || text.n - i > 1)
        return false;
    int64_t unit = i == text.n ? 1 : unit_seconds(text.p[i]);
    if (unit == 0 || number > most / unit)
        return false;
    *seconds = number * unit;
    return true;
}
