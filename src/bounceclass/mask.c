#include "bounceclass/mask.h"

#include "base/ascii.h"
#include "bounceclass/addresses.h"

#include <ctype.h>

enum {
    ID_DIGITS = 4,  /* a word with 4 digits or more is an id, as RL000010 ... */
    ID_LENGTH = 8,  /* ... and so is one of 8 bytes or more with any digit */
    LONG_WORD = 32, /* longer than the words of a language: a token, a checksum */
};

struct letters {
    size_t digits, letters, dots, colons, others;
    bool scheme;
};

static struct letters count_letters(struct span word)
{
    struct letters c = {.scheme = memmem(word.p, word.n, "://", 3) != NULL};
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

static int base64_value(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;
    int value = found != NULL ? (int)(found - digits) : -1;
    return value < 64 ? value : value - 2; /* `-_` is the form for URLs */
}

/* True if the word is an address in base64: all of it decodes to visible ASCII with an at sign. */
static bool hides_address(struct span word)
{
    bool at = false;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; word.n >= ID_LENGTH && i < word.n; i++) {
        int value = base64_value(word.p[i]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        unsigned char c = (unsigned char)(bits >> count);
        if (c <= ' ' || c > '~')
            return false;
        at = at || c == '@';
    }
    return at;
}

/* Returns the mask of a word, or NUL if the word stays. */
static char mask_of(struct span word, const struct diagnosis *d)
{
    if (span_equal(word, d->code) || span_equal(word, d->status))
        return '\0';
    if (hides_address(word))
        return '*';
    struct letters c = count_letters(word);
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

/* Adds the word at the start of `rest`, or its mask, with the punctuation at its end. The word ends
 * after `limit` bytes at the latest. Returns its length. */
static size_t add_word(struct buf *out, struct span rest, size_t limit, const struct diagnosis *d)
{
    size_t end = 0;
    while (end < limit && !addresses_ends_word(rest.p[end]))
        end++;
    size_t n = addresses_trim(rest, 1, end);
    struct span word = span_make(rest.p, n), after = span_make(rest.p + n, rest.n - n);
    size_t lead = lead_length(word, d);
    buf_add(out, word.p, lead);
    word = span_make(word.p + lead, word.n - lead);
    char mask = word.n > 0 ? mask_of(word, d) : '\0';
    bool dated = mask == '\0' && out->n > 1 && is_date_word(word) &&
                 (out->p[out->n - 2] == '#' || number_follows(after));
    if (mask != '\0' || dated)
        add_mask(out, mask != '\0' ? mask : '#');
    else
        buf_add_span(out, word);
    buf_add(out, after.p, end - n);
    return end;
}

/* Returns the text without a last word that was cut, because it may have been an address. */
static struct span whole_words(const struct diagnosis *d)
{
    struct span text = d->text;
    while (d->cut && text.n > 0 && text.p[text.n - 1] != ' ')
        text.n--;
    return text;
}

void mask_text(struct buf *out, const struct diagnosis *d)
{
    struct span text = whole_words(d);
    struct found_address address = addresses_next(text, 0);
    buf_empty(out);
    for (size_t i = 0; i < text.n && out->n < MASK_LIMIT;) {
        if (i == address.start) {
            add_mask(out, address.sure ? '*' : '#');
            i = address.end;
            address = addresses_next(text, i);
        } else if (addresses_ends_word(text.p[i])) {
            buf_add_char(out, text.p[i++]);
        } else {
            i += add_word(out, span_make(text.p + i, text.n - i), address.start - i, d);
        }
    }
    if (out->n <= MASK_LIMIT)
        return;
    out->n = MASK_LIMIT;
    while (out->n > 0 && ((unsigned char)out->p[out->n] & 0xc0) == 0x80)
        out->n--; /* cut at a character */
}
