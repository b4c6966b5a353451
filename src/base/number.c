#include "base/number.h"

#include <errno.h>
#include <stdlib.h>

bool number_parse(const char *text, int64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}
