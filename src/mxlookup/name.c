#include "name.h"

#include <ctype.h>

enum { NAME_LIMIT = 253, LABEL_LIMIT = 63 };

static bool is_name(struct span s)
{
    size_t label = 0;
    if (s.n == 0 || s.n > NAME_LIMIT)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool dot = c == '.';
        if (!dot && !(c < 0x80 && isalnum(c)) && c != '-' && c != '_')
            return false;
        if (dot && label == 0)
            return false;
        label = dot ? 0 : label + 1;
        if (label > LABEL_LIMIT)
            return false;
    }
    return label > 0;
}

static struct span trim(struct span s)
{
    while (s.n > 0 && s.p[0] == ' ')
        s = span_make(s.p + 1, s.n - 1);
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '>'))
        s.n--;
    return s;
}

bool name_read(struct span text, struct buf *out)
{
    struct span s = trim(text);
    const char *at = s.n > 0 ? memrchr(s.p, '@', s.n) : NULL;
    buf_clear(out);
    if (at == s.p && at != NULL)
        return false; /* no local part: no address */
    if (at != NULL)
        s = span_make(at + 1, s.n - 1 - (size_t)(at - s.p));
    if (s.n > 1 && s.p[s.n - 1] == '.')
        s.n--;
    if (!is_name(s))
        return false;
    for (size_t i = 0; i < s.n; i++)
        buf_add_char(out, (char)tolower((unsigned char)s.p[i]));
    return true;
}

bool name_is_host(const char *host)
{
    return is_name(span_of(host));
}
