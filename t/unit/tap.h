/*
 * tap: the TAP output of the C unit tests.
 * ok() counts a test and prints its line; done() prints the plan. Each test program includes this
 * once; the counters are static.
 */
#ifndef MXKIT_TAP_H
#define MXKIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failures;

/* Prints "ok" if `holds`, else "not ok", and the sentence. Returns `holds`. */
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

/* Prints the plan. Returns what main() returns: 1 if a test failed, else 0. */
static inline int done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failures != 0;
}

#endif
