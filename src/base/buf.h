/*
 * buf: a growing array of bytes.
 * A zeroed struct is an empty buffer. The struct owns its bytes until buf_clear() frees them.
 * Adding never fails (see mem.h). What is added is copied, and must not point into the buffer
 * itself. Only buf_string() adds a NUL after the bytes.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/span.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *p;
    size_t n;
    size_t capacity;
};

/* Makes room for `more` bytes at the end and returns where they go. The caller writes them there
 * and adds their number to b->n. The pointer is valid until the buffer changes. */
char *buf_room(struct buf *b, size_t more);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_span(struct buf *b, struct span s);
void buf_add_string(struct buf *b, const char *string);
void buf_add_char(struct buf *b, char c);

/* Adds a whole number in base 10 or 16 (digits in lower case). This is many times as fast as
 * buf_format(). */
void buf_add_number(struct buf *b, uintmax_t number, unsigned base);

/* Add what printf(3) would print; nothing if the format fails. */
void buf_format(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vformat(struct buf *b, const char *format, va_list arguments);

/* Drops the first `n` bytes, or all if there are fewer. */
void buf_drop(struct buf *b, size_t n);

/* Drops all bytes but keeps the memory for the next ones. */
void buf_empty(struct buf *b);

/* Returns the bytes as a C string, which the buffer owns and which is valid until it changes. */
const char *buf_string(struct buf *b);

/* Returns the bytes, borrowed until the buffer changes. */
struct span buf_span(const struct buf *b);

/* Frees the bytes and makes the buffer empty. */
void buf_clear(struct buf *b);

#endif
