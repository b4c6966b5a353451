#include "base/buf.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

char *buf_room(struct buf *b, size_t more)
{
    b->p = mem_grow(b->p, &b->capacity, b->n + more, 1);
    return b->p + b->n;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    memcpy(buf_room(b, n), p, n);
    b->n += n;
}

void buf_add_span(struct buf *b, struct span s)
{
    buf_add(b, s.p, s.n);
}

void buf_add_string(struct buf *b, const char *string)
{
    buf_add(b, string, strlen(string));
}

void buf_add_char(struct buf *b, char c)
{
    *buf_room(b, 1) = c;
    b->n++;
}

void buf_add_number(struct buf *b, uintmax_t number, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = "0123456789abcdef"[number % base];
    while ((number /= base) > 0);
    buf_add(b, digits + at, sizeof digits - at);
}

void buf_vformat(struct buf *b, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0) {
        size_t n = (size_t)length;
        vsnprintf(buf_room(b, n + 1), n + 1, format, again);
        b->n += n;
    }
    va_end(again);
}

void buf_format(struct buf *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buf_vformat(b, format, arguments);
    va_end(arguments);
}

void buf_drop(struct buf *b, size_t n)
{
    if (n < b->n)
        memmove(b->p, b->p + n, b->n - n);
    b->n -= n < b->n ? n : b->n;
}

void buf_empty(struct buf *b)
{
    b->n = 0;
}

const char *buf_string(struct buf *b)
{
    *buf_room(b, 1) = '\0';
    return b->p;
}

struct span buf_span(const struct buf *b)
{
    return span_make(b->p, b->n);
}

void buf_clear(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}
