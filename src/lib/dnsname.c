#include "lib/dnsname.h"

enum { LABEL_LIMIT = 63 };

/* What a byte is in a name; 0: not allowed. CAPITAL is the bit that turns an upper-case letter into
 * its lower-case one. */
enum { SMALL = 1, DOT = 2, CAPITAL = 0x20 };
static const char kinds[256] = {
    ['a' ... 'z'] = SMALL, ['0' ... '9'] = SMALL,   ['-'] = SMALL,
    ['_'] = SMALL,         ['A' ... 'Z'] = CAPITAL, ['.'] = DOT,
};

bool dnsname_copy(struct span name, char *out)
{
    size_t label = 0; /* where the current one starts */
    if (name.n == 0 || name.n > DNSNAME_LIMIT)
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char kind = kinds[(unsigned char)name.p[i]];
        out[i] = (char)(name.p[i] | (kind & CAPITAL));
        if (kind == 0 || (kind == DOT && (i == label || i - label > LABEL_LIMIT)))
            return false;
        label = kind == DOT ? i + 1 : label;
    }
    return name.n > label && name.n - label <= LABEL_LIMIT;
}
