#include "lib/idn.h"

#include "base/ascii.h"
#include "lib/punycode.h"
#include "lib/unicode.h"

#include <idn2.h>
#include <stdlib.h>

enum {
    SMALL_SHARP_S = 0xdf,
    CAPITAL_SHARP_S = 0x1e9e,
    ZERO_WIDTH_NON_JOINER = 0x200c,
    ZERO_WIDTH_JOINER = 0x200d,
    /* A letter that libidn2 sees in place of a symbol. Nothing maps to it or composes with it. */
    PLACEHOLDER = 0xa000,
};

static bool is_alabel(struct span label)
{
    return label.n >= 4 && strncasecmp(label.p, "xn--", 4) == 0;
}

bool idn_is_international(struct span name)
{
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] >= 0x80 ||
            ((i == 0 || name.p[i - 1] == '.') && is_alabel(span_make(name.p + i, name.n - i))))
            return true;
    return false;
}

/* UTS 46 drops variation selectors, and lets a joiner stay where its script needs one. Other
 * invisible characters it would drop too, but two names that look the same are then one to it and
 * two to others. */
static bool is_allowed(uint32_t c)
{
    return unicode_is_visible(c) || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

/* Adds the label in normal form C. libidn2 2.3.3 maps the capital sharp s to ss, as UTS 46 did
 * before its revision 31 (Unicode 15.1): it is the small one now. */
static bool prepare(struct buf *out, struct span label)
{
    struct buf prepared = {0};
    uint32_t c;
    bool allowed = true;
    for (; allowed && unicode_next(&label, &c); allowed = is_allowed(c))
        unicode_add(&prepared, c == CAPITAL_SHARP_S ? SMALL_SHARP_S : c);
    bool good = allowed && label.n == 0 && unicode_add_nfc(out, buf_span(&prepared));
    buf_clear(&prepared);
    return good;
}

/* Adds what libidn2 makes of the label and returns its code. */
static int convert_by_library(struct buf *out, struct buf *label)
{
    uint8_t *ascii = NULL;
    int code = idn2_lookup_u8((const uint8_t *)buf_string(label), &ascii,
                              IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code == IDN2_OK)
        buf_add_string(out, (const char *)ascii);
    idn2_free(ascii);
    return code;
}

/* Adds the text of an A-label, or of a label that libidn2 has written. */
static bool add_text(struct buf *out, struct buf *alabel)
{
    char *text = NULL;
    int code = idn2_to_unicode_8z8z(buf_string(alabel), &text, IDN2_NONTRANSITIONAL);
    if (code == IDN2_OK)
        buf_add_string(out, text);
    idn2_free(text);
    return code == IDN2_OK;
}

/* Adds the text with a placeholder for each symbol. */
static bool hide_symbols(struct buf *out, struct span text)
{
    uint32_t c;
    bool clear = true;
    for (; clear && unicode_next(&text, &c); clear = c != PLACEHOLDER)
        unicode_add(out, unicode_is_domain_symbol(c) ? PLACEHOLDER : c);
    return clear && text.n == 0;
}

static uint32_t next_symbol(struct span *text)
{
    uint32_t c;
    while (unicode_next(text, &c) && !unicode_is_domain_symbol(c))
        continue;
    return c;
}

/* Adds the text with the symbols of `original`, in their order, in place of the placeholders. */
static void show_symbols(struct buf *out, struct span text, struct span original)
{
    uint32_t c;
    while (unicode_next(&text, &c))
        unicode_add(out, c == PLACEHOLDER ? next_symbol(&original) : c);
}

/* True if normal form C would not change the text. */
static bool is_nfc(struct span text)
{
    struct buf normal = {0};
    bool same = unicode_add_nfc(&normal, text) && span_equal(buf_span(&normal), text);
    buf_clear(&normal);
    return same;
}

/* Converts a text with symbols: libidn2 maps and checks the other characters. */
static bool convert_symbols(struct buf *out, struct span text)
{
    struct buf hidden = {0}, alabel = {0}, mapped = {0}, whole = {0};
    bool good = hide_symbols(&hidden, text) && convert_by_library(&alabel, &hidden) == IDN2_OK &&
                add_text(&mapped, &alabel);
    if (good)
        show_symbols(&whole, buf_span(&mapped), text);
    buf_add_string(out, "xn--");
    good = good && is_nfc(buf_span(&whole)) && punycode_encode(out, buf_span(&whole));
    buf_clear(&hidden);
    buf_clear(&alabel);
    buf_clear(&mapped);
    buf_clear(&whole);
    return good;
}

/* Converts a label that libidn2 disallows, which may be because of its symbols. An A-label must be
 * the one of its text. */
static bool convert_disallowed(struct buf *out, struct buf *label)
{
    const size_t start = out->n;
    struct buf text = {0};
    if (!is_alabel(buf_span(label)))
        return convert_symbols(out, buf_span(label));
    bool good = add_text(&text, label) && convert_symbols(out, buf_span(&text)) &&
                out->n - start == label->n && strncasecmp(out->p + start, label->p, label->n) == 0;
    buf_clear(&text);
    return good;
}

/* A dot in the result would be one that no label has, such as that of U+2024. */
static bool add_label(struct buf *out, struct span label)
{
    const size_t start = out->n;
    struct buf prepared = {0};
    if (span_is_ascii(label) && !is_alabel(label)) {
        for (size_t i = 0; i < label.n; i++)
            buf_add_char(out, ascii_to_lower(label.p[i]));
        return true;
    }
    bool good = memchr(label.p, '\0', label.n) == NULL && prepare(&prepared, label);
    int code = good ? convert_by_library(out, &prepared) : IDN2_OK;
    good = good &&
           (code == IDN2_OK || (code == IDN2_DISALLOWED && convert_disallowed(out, &prepared)));
    buf_clear(&prepared);
    return good && out->n > start && memchr(out->p + start, '.', out->n - start) == NULL;
}

/* Moves the next label of *rest to *label. Returns the length of the dot after it, 0 at the end. */
static size_t next_label(struct span *rest, struct span *label)
{
    struct span after = *rest;
    size_t dot = 0, n = rest->n;
    uint32_t c;
    while (dot == 0 && unicode_next(&after, &c)) {
        if (c == '.')
            dot = 1;
        else if (c == 0x3002 || c == 0xff0e || c == 0xff61)
            dot = 3;
    }
    if (dot > 0)
        n = rest->n - after.n - dot;
    *label = span_make(rest->p, n);
    *rest = span_make(rest->p + n + dot, rest->n - n - dot);
    return dot;
}

bool idn_to_ascii(struct buf *out, struct span name)
{
    const size_t start = out->n;
    struct span rest = name, label;
    bool good = name.n <= IDN_LIMIT, more = good;
    while (more) {
        more = next_label(&rest, &label) > 0;
        good = good && add_label(out, label);
        if (more)
            buf_add_char(out, '.');
    }
    if (!good)
        out->n = start;
    return good;
}
