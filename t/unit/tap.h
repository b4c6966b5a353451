/*
 * tap: the TAP output of the C unit tests.
 * ok() counts a test and prints its line; done() prints the plan. Each test program includes this
 * once; the counters are static.
 */
#ifndef MXKIT_TAP_H
#define MXKIT_TAP_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

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

/* Drops what is written to stderr from now on, because the test makes the code report errors. */
static inline void tap_drop_messages(void)
{
    int fd = open("/dev/null", O_WRONLY);
    ok(fd >= 0 && dup2(fd, STDERR_FILENO) >= 0, "messages are dropped");
}

/* Prints the plan. Returns what main() returns: 1 if a test failed, else 0. */
static inline int done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failures != 0;
}

#endif
