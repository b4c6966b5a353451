#include "store/canonical.h"

#include "lib/address.h"
#include "lib/idn.h"

#include <ctype.h>

static bool caseless;

const struct option_entry canonical_option_table[] = {
    {0, "fold", OPTION_FLAG, &caseless, NULL,
     "ignore the case of local parts: in all commands or none", 0, 0},
    {0},
};

/* atext and the dot of RFC 5322 section 3.2.3, and what RFC 6531 adds: all beyond ASCII. */
static bool is_atom(unsigned char c)
{
    static const char others[128] = {
        ['!'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1, ['&'] = 1, ['\''] = 1, ['*'] = 1,
        ['+'] = 1, ['-'] = 1, ['/'] = 1, ['='] = 1, ['?'] = 1, ['^'] = 1,  ['_'] = 1,
        ['`'] = 1, ['{'] = 1, ['|'] = 1, ['}'] = 1, ['~'] = 1, ['.'] = 1,
    };
    return c >= 0x80 || isalnum(c) || others[c];
}

static bool is_dot_atom(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_atom((unsigned char)s.p[i]) ||
            (s.p[i] == '.' && (i == 0 || i + 1 == s.n || s.p[i + 1] == '.')))
            return false;
    return s.n > 0;
}

/* Adds the content of a quoted string: a backslash quotes the next byte (RFC 5321 section 4.1.2).
 */
static void unquote(struct buf *out, struct span quoted)
{
    for (size_t i = 1; i + 1 < quoted.n; i++) {
        i += quoted.p[i] == '\\';
        buf_add_char(out, quoted.p[i]);
    }
}

static void quote(struct buf *out, struct span content)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < content.n; i++) {
        if (content.p[i] == '"' || content.p[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, content.p[i]);
    }
    buf_add_char(out, '"');
}

static void add_local_part(struct buf *out, struct span local)
{
    struct buf content = {0};
    if (local.p[0] == '"')
        unquote(&content, local);
    struct span meant = local.p[0] == '"' ? buf_span(&content) : local;
    if (local.p[0] == '"' && !is_dot_atom(meant))
        quote(out, meant);
    else
        buf_add_span(out, meant);
    for (size_t i = 0; caseless && i < out->n; i++)
        out->p[i] = (char)tolower((unsigned char)out->p[i]);
    buf_clear(&content);
}

/* The fast way for most addresses, which are plain: a dot-atom, @ and an ASCII domain. Writes the
 * canonical form to `out` and returns its length; 0 if the address is not plain, and then `out` has
 * bytes of no use. */
static size_t copy_plain(struct span text, char *out)
{
    size_t i = 0, label = 0;
    for (; i < text.n && text.p[i] != '@'; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x80 || !is_atom(c) || (c >= 'A' && c <= 'Z' && caseless))
            return 0;
        out[i] = text.p[i];
    }
    if (i == 0 || i == text.n)
        return 0;
    for (out[i++] = '@'; i < text.n; i++, label++) {
        unsigned char c = (unsigned char)text.p[i];
        bool dot = c == '.';
        if (c >= 0x80 || (!isalnum(c) && c != '-' && (!dot || label == 0)))
            return 0;
        label = dot ? (size_t)-1 : label;
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return label > 0 ? i : 0;
}

bool canonical_address(struct span text, struct buf *out)
{
    buf_empty(out);
    if (text.n <= ADDRESS_LIMIT)
        out->n = copy_plain(text, buf_room(out, ADDRESS_LIMIT));
    if (out->n > 0)
        return true;
    struct span s = idn_without_final_dot(address_strip(text));
    if (!address_is_safe(s))
        return false;
    struct span domain = address_domain(s);
    add_local_part(out, span_make(s.p, s.n - domain.n - 1));
    buf_add_char(out, '@');
    if (!idn_to_ascii(out, domain))
        return false;
    /* IDN turns some characters into blanks and dots (RFC 5895): check for these again. */
    out->n = idn_without_final_dot(buf_span(out)).n;
    return address_is_safe(buf_span(out));
}
