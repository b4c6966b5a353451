#include "mxlookup/target.h"

#include "lib/address.h"
#include "lib/domain.h"
#include "lib/unicode.h"

bool target_is_literal(struct span name, struct span *ip)
{
    return domain_is_literal(name, ip);
}

bool target_read(struct span text, struct buf *out)
{
    buf_empty(out);
    bool has_at = text.n > 0 && memchr(text.p, '@', text.n) != NULL;
    if (!has_at && domain_read(unicode_trim(text), out))
        return true;
    if (!address_read(text, out))
        return false;
    buf_drop(out, out->n - address_domain(buf_span(out)).n);
    return true;
}
