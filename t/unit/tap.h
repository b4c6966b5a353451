/*
 * tap: what the C unit tests share: ok() counts and prints a line of TAP, done() ends the test.
 */
#ifndef MXKIT_TAP_H
#define MXKIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failures;

__attribute__((format(printf, 2, 3))) static inline bool ok(bool holds, const char *sentence, ...)
{
    va_list arguments;
    va_start(arguments, sentence);
    printf("%sok %d - ", holds ? "" : "not ", ++tap_count);
    vprintf(sentence, arguments);
    putchar('\n');
    va_end(arguments);
    tap_failures += !holds;
    return holds;
}

/* The plan; what main() returns. */
static inline int done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failures != 0;
}

#endif
