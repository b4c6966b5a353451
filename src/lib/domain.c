#include "lib/domain.h"

#include "lib/dnsname.h"
#include "lib/idn.h"

#include <arpa/inet.h>

static const char ipv6_tag[] = "IPv6:";

bool domain_is_literal(struct span domain, struct span *ip)
{
    size_t n = sizeof ipv6_tag - 1;
    if (domain.n <= 2 || domain.p[0] != '[' || domain.p[domain.n - 1] != ']')
        return false;
    *ip = span_make(domain.p + 1, domain.n - 2);
    if (ip->n > n && strncasecmp(ip->p, ipv6_tag, n) == 0)
        *ip = span_make(ip->p + n, ip->n - n);
    return true;
}

static bool read_literal(struct span s, struct span ip, struct buf *out)
{
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    bool v6 = ip.n < s.n - 2;
    int family = v6 ? AF_INET6 : AF_INET;
    if (ip.n >= sizeof text || memchr(ip.p, '\0', ip.n) != NULL)
        return false;
    memcpy(text, ip.p, ip.n);
    text[ip.n] = '\0';
    if (inet_pton(family, text, bytes) != 1)
        return false;
    buf_format(out, "[%s%s]", v6 ? ipv6_tag : "", inet_ntop(family, bytes, text, sizeof text));
    return true;
}

static bool read_international(struct span s, struct buf *out)
{
    struct buf ascii = {0};
    bool good = idn_to_ascii(&ascii, s);
    s = idn_without_final_dot(buf_span(&ascii));
    good = good && dnsname_copy(s, buf_room(out, DNSNAME_LIMIT));
    out->n += good ? s.n : 0;
    buf_clear(&ascii);
    return good;
}

bool domain_read(struct span text, struct buf *out)
{
    struct span ip;
    if (domain_is_literal(text, &ip))
        return read_literal(text, ip, out);
    if (idn_is_international(text))
        return read_international(text, out);
    text = idn_without_final_dot(text);
    if (!dnsname_copy(text, buf_room(out, DNSNAME_LIMIT)))
        return false;
    out->n += text.n;
    return true;
}
