/*
 * ascii: classifies the bytes of ASCII, independent of the locale, and takes words off spans.
 * Pure: nothing here allocates or does I/O. The spans that come out borrow the bytes of those that
 * went in. A byte of 0x80 or above is not a digit, a letter or white space.
 */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include "base/span.h"

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_alnum(char c)
{
    return ascii_is_digit(c) || ascii_is_letter(c);
}

/* True for a space, TAB, LF, VT, FF or CR. */
static inline bool ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char ascii_to_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* True if every byte is below 0x80. */
static inline bool span_is_ascii(struct span s)
{
    /* The loop has no branch, because it runs over every text of bounceclass. */
    unsigned char high = 0;
    for (size_t i = 0; i < s.n; i++)
        high |= (unsigned char)s.p[i];
    return high < 0x80;
}

/* Returns the span without the white space at either end. */
static inline struct span span_trim(struct span s)
{
    while (s.n > 0 && ascii_is_space(s.p[0]))
        s = span_make(s.p + 1, s.n - 1);
    while (s.n > 0 && ascii_is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Returns the byte at `i`, or NUL if the span ends before it. */
static inline char span_at(struct span s, size_t i)
{
    return i < s.n ? s.p[i] : '\0';
}

/* True for 1 to `most` digits. */
static inline bool span_is_digits(struct span s, size_t most)
{
    size_t i = 0;
    while (i < s.n && ascii_is_digit(s.p[i]))
        i++;
    return i > 0 && i == s.n && i <= most;
}

/* Moves the next word, which ends at white space, and the white space around it from the front of
 * *rest to *word. Returns false, with *word empty, if only white space was left. */
static inline bool span_next_word(struct span *rest, struct span *word)
{
    size_t n = 0;
    *rest = span_trim(*rest);
    while (n < rest->n && !ascii_is_space(rest->p[n]))
        n++;
    *word = span_make(rest->p, n);
    *rest = span_trim(span_make(rest->p + n, rest->n - n));
    return n > 0;
}

#endif
