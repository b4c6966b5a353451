#include "lib/unicode.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

bool unicode_next(struct span *rest, uint32_t *character)
{
    *character = 0;
    if (rest->n == 0)
        return false;
    ucs4_t c;
    int n = u8_mbtoucr(&c, (const uint8_t *)rest->p, rest->n);
    if (n <= 0)
        return false;
    *character = c;
    *rest = span_make(rest->p + n, rest->n - (size_t)n);
    return true;
}

static bool is_in(uint32_t c, uint32_t categories)
{
    return uc_is_general_category_withtable(c, categories);
}

bool unicode_is_blank(uint32_t c)
{
    if (c < 0x80)
        return c <= ' ' || c == 0x7f;
    return is_in(c, UC_CATEGORY_MASK_Z | UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf) ||
           uc_is_property_default_ignorable_code_point(c);
}

bool unicode_is_visible(uint32_t c)
{
    return !unicode_is_blank(c) && (c < 0x80 || !is_in(c, UC_CATEGORY_MASK_C));
}

bool unicode_is_mark(uint32_t c)
{
    return is_in(c, UC_CATEGORY_MASK_M);
}

/* True if compatibility mapping and lower case, which UTS 46 applies, leave the character. */
static bool is_unmapped(uint32_t c)
{
    uint8_t text[6], mapped[64];
    size_t n = sizeof mapped;
    int length = u8_uctomb(text, c, sizeof text);
    if (length <= 0 || uc_tolower(c) != c)
        return false;
    uint8_t *p = u8_normalize(UNINORM_NFKC, text, (size_t)length, mapped, &n);
    bool same = p != NULL && n == (size_t)length && memcmp(p, text, n) == 0;
    if (p != mapped)
        free(p);
    return same;
}

bool unicode_is_domain_symbol(uint32_t c)
{
    /* These symbols are disallowed by the table of UTS 46: those that describe ideographs, the
     * replacement characters, and three that contain = < >. */
    bool disallowed = (c >= 0x2ff0 && c <= 0x2fff) || c == 0x31ef || c == 0xfffc || c == 0xfffd ||
                      c == 0x2260 || c == 0x226e || c == 0x226f;
    return c >= 0x80 && !disallowed && is_in(c, UC_CATEGORY_MASK_S) && is_unmapped(c);
}

struct span unicode_trim(struct span text)
{
    struct span rest = text;
    uint32_t c;
    while (unicode_next(&rest, &c) && unicode_is_blank(c))
        text = rest;
    while (text.n > 0) {
        size_t i = text.n - 1;
        while (i > 0 && text.n - i < 4 && ((unsigned char)text.p[i] & 0xc0) == 0x80)
            i--;
        rest = span_make(text.p + i, text.n - i);
        if (!unicode_next(&rest, &c) || rest.n > 0 || !unicode_is_blank(c))
            break;
        text.n = i;
    }
    return text;
}

/* Adds what a function of libunistring has allocated, if it has, and frees it. */
static bool add_and_free(struct buf *out, uint8_t *p, size_t n)
{
    if (p == NULL)
        return false;
    buf_add(out, p, n);
    free(p);
    return true;
}

bool unicode_add_nfc(struct buf *out, struct span text)
{
    const uint8_t *p = (const uint8_t *)text.p;
    size_t n = 0;
    if (span_is_ascii(text)) {
        buf_add_span(out, text);
        return true;
    }
    if (u8_check(p, text.n) != NULL)
        return false;
    uint8_t *normal = u8_normalize(UNINORM_NFC, p, text.n, NULL, &n);
    return add_and_free(out, normal, n);
}

bool unicode_add_caseless(struct buf *out, struct span text)
{
    const uint8_t *p = (const uint8_t *)text.p;
    size_t n = 0;
    if (text.n == 0)
        return true;
    if (u8_check(p, text.n) != NULL)
        return false;
    uint8_t *folded = u8_casefold(p, text.n, NULL, UNINORM_NFC, NULL, &n);
    return add_and_free(out, folded, n);
}

void unicode_add(struct buf *out, uint32_t c)
{
    uint8_t bytes[6];
    int n = u8_uctomb(bytes, c, sizeof bytes);
    if (n > 0)
        buf_add(out, bytes, (size_t)n);
}
