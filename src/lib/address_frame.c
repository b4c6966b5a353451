#include "lib/address_frame.h"

#include "base/ascii.h"
#include "lib/unicode.h"

static const char scheme[] = "mailto:";

enum { SCHEME_LENGTH = sizeof scheme - 1 };

static bool has_scheme(struct span s)
{
    return s.n >= SCHEME_LENGTH && strncasecmp(s.p, scheme, SCHEME_LENGTH) == 0;
}

static int hex_digit(char c)
{
    return ascii_is_digit(c)                        ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

/* Decodes a mailto URI up to its `?`. A slash must be encoded in one (RFC 6068 section 2): without
 * that, `mailto://jo@x.org` would be the address `//jo@x.org`. */
static bool decode(struct span *s, struct buf *decoded)
{
    for (size_t i = SCHEME_LENGTH; i < s->n && s->p[i] != '?'; i++) {
        char c = s->p[i];
        if (c == '/')
            return false;
        if (c == '%') {
            int high = i + 2 < s->n ? hex_digit(s->p[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(s->p[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        buf_add_char(decoded, c);
    }
    *s = unicode_trim(buf_span(decoded));
    return true;
}

/* Returns where the first < or > outside quotes is; s.n if it has neither. */
static size_t find_bracket(struct span s)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < s.n && (quoted || (s.p[i] != '<' && s.p[i] != '>')); i++) {
        if (s.p[i] == '"')
            quoted = !quoted;
        else if (s.p[i] == '\\' && quoted)
            i++;
    }
    return i < s.n ? i : s.n;
}

/* True if an @ of the display name is in quotes. */
static bool is_plain_name(struct span name)
{
    bool quoted = false;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"')
            quoted = !quoted;
        else if (name.p[i] == '\\' && quoted)
            i++;
        else if (name.p[i] == '@' && !quoted)
            return false;
    }
    return true;
}

/* A display name that contains an address is a list of two, unless it is the same address: mail
 * programs write `jo@x.org <jo@x.org>`. */
static bool open_brackets(struct span *s)
{
    size_t open = find_bracket(*s);
    if (open == s->n)
        return true;
    if (s->p[open] == '>' || s->p[s->n - 1] != '>')
        return false;
    struct span name = unicode_trim(span_make(s->p, open));
    *s = unicode_trim(span_make(s->p + open + 1, s->n - open - 2));
    return is_plain_name(name) || (name.n == s->n && strncasecmp(name.p, s->p, s->n) == 0);
}

bool address_unframe(struct span text, struct buf *decoded, struct span *bare)
{
    struct span s = unicode_trim(text);
    bool is_uri = has_scheme(s);
    bool good = text.n <= ADDRESS_TEXT_LIMIT && (!is_uri || decode(&s, decoded)) &&
                open_brackets(&s) && (is_uri || !has_scheme(s) || decode(&s, decoded));
    *bare = s;
    return good;
}
