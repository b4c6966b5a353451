/*
 * buf: bytes that grow.
 * A zeroed struct is an empty buffer; the struct owns its bytes until buf_clear().
 * Adding never fails (see mem.h). The bytes are not NUL-terminated unless buf_string() asks for it.
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

/* Makes room for `more` bytes behind the present ones and returns where they go. */
char *buf_room(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_span(struct buf *b, struct span s);
void buf_add_string(struct buf *b, const char *string);
void buf_add_char(struct buf *b, char c);

/* A whole number in base 10 or 16: what buf_format() does, many times as fast. */
void buf_add_number(struct buf *b, uintmax_t number, unsigned base);
void buf_format(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vformat(struct buf *b, const char *format, va_list arguments);

/* Drops the first `n` bytes. */
void buf_drop(struct buf *b, size_t n);
void buf_empty(struct buf *b);

/* The bytes as a C string, owned by the buffer, valid until it changes. */
const char *buf_string(struct buf *b);
struct span buf_span(const struct buf *b);
void buf_clear(struct buf *b);

#endif
