#include "bounceclass/mask.h"

#include "base/ascii.h"

#include <ctype.h>

enum {
    ID_DIGITS = 4,  /* a word with 4 digits or more is an id, as RL000010 ... */
    ID_LENGTH = 8,  /* ... and so is one of 8 bytes or more with any digit */
    LONG_WORD = 32, /* longer than the words of a language: a token, a checksum */
};

/* True for a blank, and for marks that no variable part contains. */
static bool ends_word(char c)
{
    return c == ' ' || strchr("<>()[]{},;\"'|", c) != NULL;
}

struct letters {
    size_t digits, letters, dots, colons, others;
    bool at, scheme;
};

static struct letters count_letters(struct span word)
{
    struct letters c = {.scheme = memmem(word.p, word.n, "://", 3) != NULL,
                        .at = memchr(word.p, '@', word.n) != NULL};
    for (size_t i = 0; i < word.n; i++) {
        c.digits += ascii_is_digit(word.p[i]);
        c.letters += ascii_is_letter(word.p[i]);
        c.dots += word.p[i] == '.';
        c.colons += word.p[i] == ':';
    }
    c.others = word.n - c.digits - c.letters - c.dots - c.colons;
    return c;
}

static bool is_in(struct span word, const char *names)
{
    const char *found =
        word.n == 3 ? strcasestr(names, (char[]){word.p[0], word.p[1], word.p[2], 0}) : NULL;
    return found != NULL && (found - names) % 4 == 0;
}

/* True for `Mon`, `Nov` and so on, which are part of a date if they are beside a number. */
static bool is_date_word(struct span word)
{
    return is_in(word,
                 "mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec ");
}

/* True for labels with dots between, of which the last has two letters or more and nothing else. A
 * last label with a capital needs one at the start too: `full.Please` is the end of a sentence
 * without its blank. */
static bool is_host(struct span word)
{
    const char *dot = memrchr(word.p, '.', word.n);
    size_t last = dot != NULL ? word.n - (size_t)(dot + 1 - word.p) : 0;
    if (last < 2 || dot == word.p)
        return false;
    for (size_t i = 0; i < word.n; i++)
        if (!ascii_is_alnum(word.p[i]) && strchr(".-_", word.p[i]) == NULL)
            return false;
    for (size_t i = word.n - last; i < word.n; i++)
        if (!ascii_is_letter(word.p[i]))
            return false;
    return islower((unsigned char)dot[1]) || isupper((unsigned char)word.p[0]);
}

/* Returns the mask of a word, or NUL if the word stays. */
static char mask_of(struct span word, const struct diagnosis *d)
{
    if (span_equal(word, d->code) || span_equal(word, d->status))
        return '\0';
    struct letters c = count_letters(word);
    if (c.at)
        return '*';
    if (c.scheme || word.n >= LONG_WORD || is_host(word))
        return '#';
    if (c.digits == 0)
        return c.colons >= 2 && c.letters + c.colons == word.n ? '#' : '\0';
    if (c.letters == 0 || c.digits >= ID_DIGITS || c.colons >= 2)
        return '#';
    return word.n >= ID_LENGTH ? '#' : '\0';
}

/* Adds a mask. Several `#` with only blanks and marks between them become one. */
static void add_mask(struct buf *out, char mask)
{
    size_t n = out->n;
    while (mask == '#' && n > 0 && strchr(" ,:/-+.", out->p[n - 1]) != NULL)
        n--;
    if (mask == '#' && n > 0 && out->p[n - 1] == '#')
        out->n = n;
    else
        buf_add_char(out, mask);
}

/* Returns the word at the start of `text`, without the punctuation at its end. */
static struct span next_word(struct span text)
{
    size_t n = 0;
    while (n < text.n && !ends_word(text.p[n]))
        n++;
    while (n > 1 && strchr(".:!?=", text.p[n - 1]) != NULL)
        n--;
    return span_make(text.p, n);
}

/* Returns the length of what precedes the variable part of `550-5.1.1`, `#5.1.1`, `id=abc123`. */
static size_t lead_length(struct span word, const struct diagnosis *d)
{
    if (word.n > 4 && d->code.n == 3 && memcmp(word.p, d->code.p, 3) == 0 && word.p[3] == '-')
        return 4;
    if (word.n > 1 && word.p[0] == '#')
        return 1;
    const char *equals = memchr(word.p, '=', word.n);
    return equals != NULL && memmem(word.p, word.n, "://", 3) == NULL
               ? (size_t)(equals - word.p) + 1
               : 0;
}

static bool number_follows(struct span rest)
{
    size_t i = 0;
    while (i < rest.n && (rest.p[i] == ' ' || rest.p[i] == ','))
        i++;
    return i > 0 && i < rest.n && ascii_is_digit(rest.p[i]);
}

void mask_text(struct buf *out, const struct diagnosis *d)
{
    struct span rest = d->text;
    buf_empty(out);
    while (rest.n > 0 && out->n < MASK_LIMIT) {
        if (ends_word(*rest.p)) {
            buf_add_char(out, *rest.p);
            rest = span_make(rest.p + 1, rest.n - 1);
            continue;
        }
        struct span word = next_word(rest);
        size_t lead = lead_length(word, d);
        buf_add(out, word.p, lead);
        rest = span_make(word.p + word.n, rest.n - word.n);
        word = span_make(word.p + lead, word.n - lead);
        char mask = word.n > 0 ? mask_of(word, d) : '\0';
        bool dated = mask == '\0' && out->n > 1 && is_date_word(word) &&
                     (out->p[out->n - 2] == '#' || number_follows(rest));
        if (mask != '\0' || dated)
            add_mask(out, mask != '\0' ? mask : '#');
        else
            buf_add_span(out, word);
    }
    if (out->n <= MASK_LIMIT)
        return;
    out->n = MASK_LIMIT;
    while (out->n > 0 && ((unsigned char)out->p[out->n] & 0xc0) == 0x80)
        out->n--; /* cut at a character */
}
