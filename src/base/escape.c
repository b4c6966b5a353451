#include "base/escape.h"

#include <stdint.h>

/* True for the ASCII characters that need no escape: the printable ones except the backslash. */
static const bool plain[256] = {
    [' ' ... '['] = true,
    [']' ... '~'] = true,
};

/* True if all eight bytes are plain, found without a loop because every field that is written goes
 * through here. Bit 7 of a byte of `odd` is set if that byte is below a space, a backslash, DEL or
 * above ASCII. A borrow may also set it for the byte after such a one, which does not change the
 * answer. */
static bool are_plain(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    uint64_t backslash = bytes ^ '\\' * ones;
    uint64_t odd = (bytes - ' ' * ones) | (backslash - ones) | (bytes + ones) | bytes;
    return (odd & high) == 0;
}

size_t escape_plain_prefix(struct span value)
{
    size_t i = 0;
    while (i + sizeof(uint64_t) <= value.n && are_plain(value.p + i))
        i += sizeof(uint64_t);
    while (i < value.n && plain[(unsigned char)value.p[i]])
        i++;
    return i;
}

/* Returns the length of the well-formed UTF-8 character outside ASCII at the start of `s` (RFC 3629
 * section 3), or 0. */
static size_t utf8_length(struct span s, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)s.p;
    size_t length = p[0] >= 0xf0 && p[0] < 0xf8 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;
    if (length == 0 || p[0] >= 0xf8 || length > s.n)
        return 0;
    uint32_t c = p[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *character = c;
    return length;
}

/* C1 controls, which a terminal may obey, and bidirectional controls, which change the order in
 * which it shows the text after them. */
static bool is_harmful(uint32_t c)
{
    return (c >= 0x80 && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void escape_byte(struct buf *out, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    char letter = byte == '\t'   ? 't'
                  : byte == '\n' ? 'n'
                  : byte == '\r' ? 'r'
                  : byte == '\\' ? '\\'
                                 : 'x';
    buf_add_char(out, '\\');
    buf_add_char(out, letter);
    if (letter == 'x') {
        buf_add_char(out, digits[byte >> 4]);
        buf_add_char(out, digits[byte & 15]);
    }
}

/* Returns the length of the character outside ASCII at the start of `s` if it needs no escape,
 * else 0. */
static size_t text_character(struct span s)
{
    uint32_t character = 0;
    size_t length = utf8_length(s, &character);
    return length > 0 && !is_harmful(character) ? length : 0;
}

size_t escape_text_prefix(struct span value)
{
    struct span rest = value;
    while (rest.n > 0) {
        unsigned char byte = (unsigned char)*rest.p;
        size_t length = plain[byte] || byte == '\\' || byte == '\t' ? 1 : text_character(rest);
        if (length == 0)
            break;
        rest = span_make(rest.p + length, rest.n - length);
    }
    return value.n - rest.n;
}

void escape_text(struct buf *out, struct span value)
{
    while (value.n > 0) {
        size_t n = escape_plain_prefix(value);
        buf_add(out, value.p, n);
        value = span_make(value.p + n, value.n - n);
        if (value.n == 0)
            break;
        size_t length = text_character(value);
        if (length > 0)
            buf_add(out, value.p, length);
        else
            escape_byte(out, (unsigned char)*value.p);
        length = length > 0 ? length : 1;
        value = span_make(value.p + length, value.n - length);
    }
}

void escape_field(struct buf *out, struct span value)
{
    if (value.n == 0)
        buf_add_char(out, '-');
    else if (span_is(value, "-"))
        buf_add_string(out, "\\x2D");
    else
        escape_text(out, value);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Sets *byte to what the escape at the start of `s` means. Returns the length of the escape, or 0
 * if it is unknown or incomplete. */
static size_t read_escape(struct span s, char *byte)
{
    if (s.n < 2)
        return 0;
    switch (s.p[1]) {
    case 't':
        *byte = '\t';
        return 2;
    case 'n':
        *byte = '\n';
        return 2;
    case 'r':
        *byte = '\r';
        return 2;
    case '\\':
        *byte = '\\';
        return 2;
    case 'x': {
        int high = s.n >= 4 ? hex_digit(s.p[2]) : -1;
        int low = s.n >= 4 ? hex_digit(s.p[3]) : -1;
        if (high < 0 || low < 0)
            return 0;
        *byte = (char)(high * 16 + low);
        return 4;
    }
    default:
        return 0;
    }
}

struct span unescape_field(struct span field, struct buf *scratch)
{
    if (field.n == 0 || span_is(field, "-"))
        return span_make(field.p, 0);
    const char *backslash = memchr(field.p, '\\', field.n);
    if (backslash == NULL)
        return field;
    buf_empty(scratch);
    while (backslash != NULL) {
        size_t before = (size_t)(backslash - field.p);
        struct span rest = span_make(backslash, field.n - before);
        char byte = '\\';
        size_t length = read_escape(rest, &byte);
        buf_add(scratch, field.p, before);
        buf_add_char(scratch, byte);
        length = length > 0 ? length : 1;
        field = span_make(rest.p + length, rest.n - length);
        backslash = field.n > 0 ? memchr(field.p, '\\', field.n) : NULL;
    }
    buf_add_span(scratch, field);
    return buf_span(scratch);
}
