#include "mxlookup/target.h"

#include "lib/address.h"
#include "lib/idn.h"
#include "mxlookup/dnsname.h"
#include "mxlookup/ip.h"

static const char ipv6_tag[] = "IPv6:";

bool target_is_literal(struct span name, struct span *ip)
{
    size_t n = sizeof ipv6_tag - 1;
    if (name.n <= 2 || name.p[0] != '[' || name.p[name.n - 1] != ']')
        return false;
    *ip = span_make(name.p + 1, name.n - 2);
    if (ip->n > n && strncasecmp(ip->p, ipv6_tag, n) == 0)
        *ip = span_make(ip->p + n, ip->n - n);
    return true;
}

static bool read_literal(struct span s, struct span ip, struct buf *out)
{
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    bool v6 = ip.n < s.n - 2;
    if (ip.n >= sizeof text || memchr(ip.p, '\0', ip.n) != NULL)
        return false;
    memcpy(text, ip.p, ip.n);
    text[ip.n] = '\0';
    int family = ip_parse(text, bytes);
    if (family != (v6 ? AF_INET6 : AF_INET))
        return false;
    buf_format(out, "[%s%s]", v6 ? ipv6_tag : "", inet_ntop(family, bytes, text, sizeof text));
    return true;
}

bool target_read(struct span text, struct buf *out)
{
    struct span ip, s = address_strip(text);
    const char *at = s.n > 0 ? memrchr(s.p, '@', s.n) : NULL;
    buf_empty(out);
    if (at == s.p && at != NULL)
        return false; /* an address has a local part */
    if (at != NULL)
        s = span_make(at + 1, s.n - 1 - (size_t)(at - s.p));
    if (target_is_literal(s, &ip))
        return read_literal(s, ip, out);
    if (!dnsname_copy(idn_without_final_dot(s), buf_room(out, DNSNAME_LIMIT))) {
        if (!idn_to_ascii(out, s) || !dnsname_copy(idn_without_final_dot(buf_span(out)), out->p))
            return false;
        s = buf_span(out);
    }
    out->n = idn_without_final_dot(s).n;
    return true;
}
