#include "lib/address.h"

#include "base/ascii.h"
#include "base/escape.h"

#include <ctype.h>

/* A display name may contain a <, so the last one counts. */
static struct span strip_brackets(struct span s)
{
    const char *open = s.n > 1 && s.p[s.n - 1] == '>' ? memrchr(s.p, '<', s.n) : NULL;
    return open == NULL ? s : span_trim(span_make(open + 1, s.n - 2 - (size_t)(open - s.p)));
}

static struct span strip_scheme(struct span s)
{
    return s.n > 7 && strncasecmp(s.p, "mailto:", 7) == 0 ? span_make(s.p + 7, s.n - 7) : s;
}

/* A quoted string (RFC 5321 section 4.1.2) must end with its closing quote, and contain no other
 * quote without a backslash. UTF-8 was checked before. */
static bool is_local_part(struct span s)
{
    bool quoted = s.n > 1 && s.p[0] == '"';
    if (quoted && s.p[s.n - 1] != '"')
        return false;
    for (size_t i = quoted; i < s.n - quoted; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool pair = quoted && c == '\\';
        if (c < ' ' || c == 0x7f || (!quoted && strchr(" \"<>(),:;\\[]@", c) != NULL) ||
            (quoted && c == '"'))
            return false;
        if (pair && ++i >= s.n - 1)
            return false;
        if (pair && ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f))
            return false;
    }
    return s.n > 0;
}

/* Accepts the characters of domains and address literals, and UTF-8 for RFC 6531. No label may be
 * empty. */
static bool is_domain(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool at_edge = i == 0 || i + 1 == s.n || s.p[i + 1] == '.';
        if ((c == '.' && at_edge) || (c < 0x80 && !isalnum(c) && strchr("-._[]:", c) == NULL))
            return false;
    }
    return s.n > 0;
}

struct span address_strip(struct span text)
{
    return strip_scheme(strip_brackets(span_trim(text)));
}

bool address_is_safe(struct span address)
{
    struct span domain = address_domain(address);
    return address.n <= ADDRESS_LIMIT && escape_text_prefix(address) == address.n && domain.n > 0 &&
           is_domain(domain) && is_local_part(span_make(address.p, address.n - domain.n - 1));
}

struct span address_domain(struct span address)
{
    const char *at = address.n > 0 ? memrchr(address.p, '@', address.n) : NULL;
    return at == NULL ? span_make(NULL, 0)
                      : span_make(at + 1, address.n - 1 - (size_t)(at - address.p));
}
