/*
 * Fields: any bytes are the same when written and read again, and are written as one harmless
 * field.
 */
#include "base/escape.h"

#include "tap.h"

#include <stdlib.h>

static bool writes(const char *value, const char *field)
{
    struct buf out = {0};
    escape_field(&out, span_of(value));
    bool same = span_is(buf_span(&out), field);
    buf_clear(&out);
    return same;
}

/* Writes a character in UTF-8 (RFC 3629 3). */
static void encode(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_add_char(out, (char)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    buf_add_char(out, (char)((0xf00 >> (more + 1) & 0xff) | c >> 6 * more));
    while (more-- > 0)
        buf_add_char(out, (char)(0x80 | (c >> 6 * more & 0x3f)));
}

/* The characters with the property Bidi_Control of Unicode, and the controls. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Every character of Unicode is written as it is, unless it is a control or the backslash. The
 * letters before it let it be at each place of a word of eight bytes. */
static void test_every_character(void)
{
    struct buf value = {0}, field = {0};
    size_t wrong = 0;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (c == 0xd800)
            c = 0xe000;
        buf_empty(&value);
        buf_empty(&field);
        buf_add(&value, "abcdefgh", c % 9);
        encode(&value, c);
        buf_add(&value, "abcdefgh", 8);
        escape_text(&field, buf_span(&value));
        bool same = span_equal(buf_span(&value), buf_span(&field));
        wrong += same == (is_control(c) || c == '\\');
    }
    ok(wrong == 0,
       "of all characters of Unicode, controls and the backslash alone are escaped (%zu "
       "are wrong)",
       wrong);
    buf_clear(&value);
    buf_clear(&field);
}

/* True if any of it could harm a row or a terminal. */
static bool is_harmful(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool c1 = c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0;
        bool bidi =
            c == 0xe2 && i + 2 < s.n &&
            (memcmp(s.p + i, "\xe2\x80\xae", 3) == 0 || memcmp(s.p + i, "\xe2\x81\xa6", 3) == 0);
        if (c < ' ' || c == 0x7f || c1 || bidi)
            return true;
    }
    return false;
}

static void test_random(void)
{
    static const char *const pieces[] = {
        "\t",           "\n",   "\\", "\xc2\x85", "\xe2\x80\xae", "\xf0\x9f\x98\x80",
        "\xed\xa0\x80", "\xff", "-",  "a",        "\xc3"};
    unsigned int seed = 1;
    size_t different = 0, harmful = 0;
    struct buf value = {0}, field = {0}, scratch = {0};
    for (int i = 0; i < 100000; i++) {
        buf_empty(&value);
        buf_empty(&field);
        for (int n = rand_r(&seed) % 12; n > 0; n--)
            if (rand_r(&seed) % 2 == 0)
                buf_add_string(&value,
                               pieces[(size_t)rand_r(&seed) % (sizeof pieces / sizeof *pieces)]);
            else
                buf_add_char(&value, (char)(rand_r(&seed) & 0xff));
        escape_field(&field, buf_span(&value));
        harmful += is_harmful(buf_span(&field));
        different += !span_equal(unescape_field(buf_span(&field), &scratch), buf_span(&value));
    }
    ok(different == 0, "100,000 random values are read as they were written");
    ok(harmful == 0, "100,000 random values have no control character in their fields");
    buf_clear(&value);
    buf_clear(&field);
    buf_clear(&scratch);
}

int main(void)
{
    struct buf scratch = {0};
    ok(writes("a\tb\nc\rd\\e", "a\\tb\\nc\\rd\\\\e"),
       "TAB, LF, CR and backslash are escaped by letters");
    ok(writes("\033[31m\177", "\\x1B[31m\\x7F"), "ESC and DEL are escaped in hexadecimal");
    ok(writes("", "-") && writes("-", "\\x2D"),
       "the empty value is written as -, and the value - differs from it");
    ok(writes("h\xc3\xa4\xe2\x82\xac", "h\xc3\xa4\xe2\x82\xac"), "UTF-8 is not escaped");
    ok(writes("\xc2\x9b", "\\xC2\\x9B"), "a C1 control is escaped");
    ok(writes("\xe2\x80\xae", "\\xE2\\x80\\xAE"), "a bidirectional override is escaped");
    ok(writes("\xc0\xaf\xed\xa0\x80", "\\xC0\\xAF\\xED\\xA0\\x80"),
       "overlong UTF-8 and surrogates are escaped");
    ok(writes("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80") &&
           writes("\xf8\x88\x80\x80\x80", "\\xF8\\x88\\x80\\x80\\x80") &&
           writes("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"),
       "bytes beyond U+10FFFF are escaped");
    ok(span_is(unescape_field(span_of("\\x4a\\x4A\\xfF\\t\\\\"), &scratch), "JJ\xff\t\\"),
       "an escape in hexadecimal is read in either case");
    ok(unescape_field(span_of("-"), &scratch).n == 0 &&
           span_is(unescape_field(span_of("\\x2d"), &scratch), "-"),
       "the field - is the empty value, and the value - is read from its escape");
    ok(span_is(unescape_field(span_of("a\\qb\\x4"), &scratch), "a\\qb\\x4"),
       "an unknown escape is kept as it is");
    buf_clear(&scratch);
    test_random();
    test_every_character();
    return done();
}
