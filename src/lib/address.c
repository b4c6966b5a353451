#include "lib/address.h"

#include "base/ascii.h"
#include "base/escape.h"
#include "lib/address_frame.h"
#include "lib/dnsname.h"
#include "lib/domain.h"
#include "lib/unicode.h"

/* What a byte is: ATEXT and DOT in a local part without quotes (RFC 5322 section 3.2.3), the others
 * in a domain. CAPITAL is the bit that turns an upper-case letter into its lower-case one. */
enum { ATEXT = 1, DOT = 2, SMALL = 4, HYPHEN = 8, CAPITAL = 0x20 };
static const char kinds[256] = {
    ['a' ... 'z'] = ATEXT | SMALL,
    ['A' ... 'Z'] = ATEXT | CAPITAL,
    ['0' ... '9'] = ATEXT | SMALL,
    ['-'] = ATEXT | HYPHEN,
    ['.'] = DOT,
    ['!'] = ATEXT,
    ['#' ... '\''] = ATEXT,
    ['*'] = ATEXT,
    ['+'] = ATEXT,
    ['/'] = ATEXT,
    ['='] = ATEXT,
    ['?'] = ATEXT,
    ['^' ... '`'] = ATEXT,
    ['{' ... '~'] = ATEXT,
};

static bool has_letter(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_is_letter(s.p[i]))
            return true;
    return false;
}

/* Copies a plain local part and returns its length; 0 if it is not a dot-atom of ASCII. */
static size_t copy_plain_local(struct span text, char *out)
{
    size_t i = 0;
    bool after_dot = true;
    for (; i < text.n; i++) {
        char kind = kinds[(unsigned char)text.p[i]];
        if (kind == 0 || (kind == DOT && after_dot))
            break;
        out[i] = text.p[i];
        after_dot = kind == DOT;
    }
    return after_dot || i > ADDRESS_LOCAL_LIMIT ? 0 : i;
}

/* Copies a plain domain in lower case and returns its length; 0 if it is not plain. A hyphen after
 * another one may begin an A-label, which is not plain. */
static size_t copy_plain_domain(struct span text, char *out)
{
    size_t i = 0, label = 0; /* where the current one starts */
    for (; i < text.n; i++) {
        char kind = kinds[(unsigned char)text.p[i]];
        out[i] = (char)(text.p[i] | (kind & CAPITAL));
        if ((kind & (SMALL | CAPITAL)) != 0)
            continue;
        if ((kind & (DOT | HYPHEN)) == 0 || i == label || out[i - 1] == '-' || i - label > 63)
            return 0;
        label = kind == DOT ? i + 1 : label;
    }
    bool good = i > label && i - label <= 63 && i <= DNSNAME_LIMIT && out[i - 1] != '-' &&
                has_letter(span_make(out + label, i - label));
    return good ? i : 0;
}

/* The fast way for most addresses, which are plain: a dot-atom, @ and a domain of letters, digits,
 * hyphens and dots. Writes the address to `out` and returns its length; 0 if it is not plain, and
 * then `out` has bytes of no use. */
static size_t copy_plain(struct span text, char *out)
{
    size_t n = copy_plain_local(text, out);
    if (n == 0 || n == text.n || text.p[n] != '@')
        return 0;
    out[n++] = '@';
    size_t domain = copy_plain_domain(span_make(text.p + n, text.n - n), out + n);
    return domain > 0 ? n + domain : 0;
}

/* Takes the quoted string at the start of *rest apart (RFC 5321 section 4.1.2): adds its content,
 * and leaves in *rest what follows it. */
static bool unquote(struct buf *content, struct span *rest)
{
    size_t i = 1;
    for (; i < rest->n && rest->p[i] != '"'; i++) {
        bool pair = rest->p[i] == '\\';
        i += pair;
        if (i == rest->n || (pair && (rest->p[i] < ' ' || rest->p[i] > '~')))
            return false;
        buf_add_char(content, rest->p[i]);
    }
    if (i == rest->n)
        return false;
    *rest = span_make(rest->p + i + 1, rest->n - i - 1);
    return true;
}

static void add_quoted(struct buf *out, struct span content)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < content.n; i++) {
        if (content.p[i] == '"' || content.p[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, content.p[i]);
    }
    buf_add_char(out, '"');
}

/* True if the content needs no quotes: a dot-atom of visible characters (RFC 6531 section 3.3). */
static bool is_dot_atom(struct span content)
{
    uint32_t c;
    bool after_dot = true;
    while (unicode_next(&content, &c)) {
        if (c < 0x80 ? kinds[c] == 0 : !unicode_is_visible(c))
            return false;
        if (c == '.' && after_dot)
            return false;
        after_dot = c == '.';
    }
    return content.n == 0 && !after_dot;
}

/* True if quotes can hold the content: escape_text_prefix() leaves no control, no bidirectional
 * control and no bytes that are not UTF-8. Neither form may begin with a mark, which would be drawn
 * on what comes before the address. */
static bool is_content(struct span content)
{
    struct span rest = content;
    uint32_t c;
    bool good = escape_text_prefix(content) == content.n &&
                (content.n == 0 || memchr(content.p, '\t', content.n) == NULL);
    for (bool first = true; good && unicode_next(&rest, &c); first = false)
        good = (unicode_is_visible(c) || unicode_is_blank(c)) && !(first && unicode_is_mark(c));
    return good;
}

/* Moves the local part from the start of *rest to `content`, without its quotes. */
static bool take_local_part(struct span *rest, struct buf *content, bool *quoted)
{
    *quoted = rest->n > 0 && rest->p[0] == '"';
    if (*quoted)
        return unquote(content, rest);
    const char *at = rest->n > 0 ? memchr(rest->p, '@', rest->n) : NULL;
    if (at == NULL)
        return false;
    buf_add(content, rest->p, (size_t)(at - rest->p));
    *rest = span_make(at, rest->n - (size_t)(at - rest->p));
    return true;
}

/* Adds the local part with its @, and leaves the domain in *rest. */
static bool write_local_part(struct span *rest, struct buf *out)
{
    struct buf content = {0}, normal = {0};
    const size_t start = out->n;
    bool quoted, good = take_local_part(rest, &content, &quoted) && rest->n > 0 &&
                        rest->p[0] == '@' && unicode_add_nfc(&normal, buf_span(&content)) &&
                        is_content(buf_span(&normal));
    bool atom = good && is_dot_atom(buf_span(&normal));
    if (atom)
        buf_add_span(out, buf_span(&normal));
    else if (good && quoted)
        add_quoted(out, buf_span(&normal));
    good = good && (atom || quoted) && out->n - start <= ADDRESS_LOCAL_LIMIT;
    if (good) {
        *rest = span_make(rest->p + 1, rest->n - 1);
        buf_add_char(out, '@');
    }
    buf_clear(&content);
    buf_clear(&normal);
    return good;
}

/* True if a domain that DNS can hold may be one of mail: no label has a hyphen at an end (RFC 5321
 * section 4.1.2), and the last one has a letter, as that of an IP address has not (RFC 3696
 * section 2). */
static bool is_mail_domain(struct span domain)
{
    size_t label = 0;
    for (size_t i = 0; i <= domain.n; i++)
        if (i == domain.n || domain.p[i] == '.') {
            if (domain.p[label] == '-' || domain.p[i - 1] == '-')
                return false;
            label = i < domain.n ? i + 1 : label;
        }
    return has_letter(span_make(domain.p + label, domain.n - label));
}

/* Adds the form of an address that has nothing around it. */
static bool write_address(struct span bare, struct buf *out)
{
    struct span ip;
    if (!write_local_part(&bare, out))
        return false;
    const size_t at = out->n;
    if (!domain_read(bare, out))
        return false;
    struct span domain = span_make(out->p + at, out->n - at);
    return domain_is_literal(domain, &ip) || is_mail_domain(domain);
}

bool address_read(struct span text, struct buf *out)
{
    buf_empty(out);
    if (text.n <= ADDRESS_LIMIT)
        out->n = copy_plain(text, buf_room(out, ADDRESS_LIMIT));
    if (out->n > 0)
        return true;
    struct buf decoded = {0};
    struct span bare;
    bool good = address_unframe(text, &decoded, &bare) && write_address(bare, out);
    buf_clear(&decoded);
    return good;
}

bool address_is_safe(struct span address)
{
    struct buf out = {0};
    bool safe = address.n > 0 && address.n <= ADDRESS_LIMIT && address.p[address.n - 1] != '.' &&
                write_address(address, &out);
    buf_clear(&out);
    return safe;
}

void address_fold(struct buf *address)
{
    size_t n = address->n - address_domain(buf_span(address)).n;
    unsigned char high = 0;
    for (size_t i = 0; i < n; i++) {
        high |= (unsigned char)address->p[i];
        address->p[i] = ascii_to_lower(address->p[i]);
    }
    if (high < 0x80)
        return;
    struct buf folded = {0};
    bool good = unicode_add_caseless(&folded, span_make(address->p, n)) &&
                folded.n <= ADDRESS_LOCAL_LIMIT + 1;
    if (good) {
        buf_add(&folded, address->p + n, address->n - n);
        buf_empty(address);
        buf_add_span(address, buf_span(&folded));
    }
    buf_clear(&folded);
}
