#include "base/err.h"

#include "base/escape.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { MESSAGE_LIMIT = 1024, PLACE_LIMIT = 512 };

static const char *tool = "mxkit";

void err_tool(const char *name)
{
    tool = name;
}

const char *err_tool_name(void)
{
    return tool;
}

/* Writes `tool: place message: reason`, by one write(2) so that lines of several processes do not
 * mix. `place` may be "" and `reason` NULL. */
static void report(const char *place, const char *reason, const char *format, va_list arguments)
{
    char message[MESSAGE_LIMIT];
    struct buf line = {0};
    vsnprintf(message, sizeof message, format, arguments);
    buf_format(&line, "%s: ", tool);
    escape_text(&line, span_of(place));
    escape_text(&line, span_of(message));
    if (reason != NULL)
        buf_format(&line, ": %s", reason);
    buf_add_char(&line, '\n');
    /* If stderr is gone, there is nowhere to report that. */
    ssize_t written = write(STDERR_FILENO, line.p, line.n);
    (void)written;
    buf_clear(&line);
}

void err_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report("", NULL, format, arguments);
    va_end(arguments);
}

void err_errno(const char *format, ...)
{
    const char *reason = strerror(errno);
    va_list arguments;
    va_start(arguments, format);
    report("", reason, format, arguments);
    va_end(arguments);
}

void err_at(const char *file, size_t line, const char *format, ...)
{
    char place[PLACE_LIMIT];
    snprintf(place, sizeof place, "%.400s:%zu: ", file, line);
    va_list arguments;
    va_start(arguments, format);
    report(place, NULL, format, arguments);
    va_end(arguments);
}

void err_at_column(const char *file, size_t line, size_t column, const char *format, ...)
{
    char place[PLACE_LIMIT];
    snprintf(place, sizeof place, "%.400s:%zu:%zu: ", file, line, column);
    va_list arguments;
    va_start(arguments, format);
    report(place, NULL, format, arguments);
    va_end(arguments);
}
