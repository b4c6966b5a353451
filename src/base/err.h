/*
 * err: reports errors on stderr to the person at the terminal.
 * Each message is one line, `tool: what, and what to do` or `tool: file:line: what`, written by one
 * write(2). A message is cut at 1 KiB and a file name at 400 bytes; then control characters,
 * invalid UTF-8 and backslashes are escaped (see escape.h). Formats have no LF. Nothing here fails:
 * if stderr cannot be written, the message is lost.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

/* Sets the name at the start of every message. `name` is borrowed until the process ends. */
void err_tool(const char *name);

/* Returns the name that err_tool() set, or "mxkit". */
const char *err_tool_name(void);

void err_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Report a place in a file; lines and columns count from 1. */
void err_at(const char *file, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void err_at_column(const char *file, size_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reports like err_say(), followed by ": " and strerror(errno). */
void err_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
