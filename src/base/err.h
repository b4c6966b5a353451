/*
 * err: trouble, said on stderr for the person at the terminal.
 * Each message is one line `tool: what, and what to do` or `tool: file:line: what`, written by one
 * write(2), cut at 1 KiB, with every control byte and bad UTF-8 escaped (see escape.h).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

/* Sets the name in front of every message: a string that lasts. */
void err_tool(const char *name);
const char *err_tool_name(void);

void err_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void err_at(const char *file, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void err_at_column(const char *file, size_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As err_say(), followed by ": " and strerror(errno). */
void err_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
