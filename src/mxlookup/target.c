#include "mxlookup/target.h"

#include "lib/address.h"
#include "lib/idn.h"

#include <arpa/inet.h>
#include <ctype.h>

enum { NAME_LIMIT = 253, LABEL_LIMIT = 63 };

/* What a byte is in a name; 0: it cannot stand there. CAPITAL is the bit that makes it small. */
enum { SMALL = 1, DOT = 2, CAPITAL = 0x20 };
static const char kinds[256] = {
    ['a' ... 'z'] = SMALL, ['0' ... '9'] = SMALL,   ['-'] = SMALL,
    ['_'] = SMALL,         ['A' ... 'Z'] = CAPITAL, ['.'] = DOT,
};

/* Copies a name in lower case to `out` (room for NAME_LIMIT bytes; it may be the same place); false
 * if it is none that DNS could hold. */
static bool copy_name(struct span s, char *out)
{
    size_t label = 0; /* where it starts */
    if (s.n == 0 || s.n > NAME_LIMIT)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char kind = kinds[(unsigned char)s.p[i]];
        out[i] = (char)(s.p[i] | (kind & CAPITAL));
        if (kind == 0 || (kind == DOT && (i == label || i - label > LABEL_LIMIT)))
            return false;
        label = kind == DOT ? i + 1 : label;
    }
    return s.n > label && s.n - label <= LABEL_LIMIT;
}

/* The bytes of an address as text; its family, or 0. */
static int parse_ip(const char *text, unsigned char bytes[16])
{
    return inet_pton(AF_INET, text, bytes) == 1    ? AF_INET
           : inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6
                                                   : 0;
}

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
    int family = parse_ip(text, bytes);
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
        return false; /* no local part: no address */
    if (at != NULL)
        s = span_make(at + 1, s.n - 1 - (size_t)(at - s.p));
    if (target_is_literal(s, &ip))
        return read_literal(s, ip, out);
    if (!copy_name(idn_without_final_dot(s), buf_room(out, NAME_LIMIT))) {
        if (!idn_to_ascii(out, s) || !copy_name(idn_without_final_dot(buf_span(out)), out->p))
            return false;
        s = buf_span(out);
    }
    out->n = idn_without_final_dot(s).n;
    return true;
}

/* Has its last label digits alone? No domain has, so that it is an address. */
static bool ends_in_digits(struct span host)
{
    const char *dot = memrchr(host.p, '.', host.n);
    size_t i = dot != NULL ? (size_t)(dot - host.p) + 1 : 0;
    for (; i < host.n; i++)
        if (!isdigit((unsigned char)host.p[i]))
            return false;
    return true;
}

const char *refuse_host(const char *host)
{
    struct span s = span_of(host);
    char lower[NAME_LIMIT];
    static const char here[] = ".localhost";
    size_t n = sizeof here - 1;
    if (!copy_name(s, lower))
        return "is no host name";
    if (ends_in_digits(s))
        return "is an address, not a host name";
    if (strcasecmp(host, here + 1) == 0 || strcasecmp(host, "localhost.localdomain") == 0 ||
        (s.n > n && strcasecmp(host + s.n - n, here) == 0))
        return "is this machine itself";
    return NULL;
}

/* Networks that are not on the public Internet (RFC 6890): the first bits of an address. */
static const struct network {
    int family;
    unsigned bits;
    unsigned char bytes[12];
    const char *why;
} networks[] = {
    {AF_INET, 8, {0}, "is no address of a host"},
    {AF_INET, 8, {127}, "is a loopback address"},
    {AF_INET, 8, {10}, "is a private address"},
    {AF_INET, 12, {172, 16}, "is a private address"},
    {AF_INET, 16, {192, 168}, "is a private address"},
    {AF_INET, 10, {100, 64}, "is a private address"},
    {AF_INET, 16, {169, 254}, "is a link-local address"},
    {AF_INET, 4, {224}, "is a multicast address"},
    {AF_INET, 4, {240}, "is no address of a host"},
    {AF_INET6, 7, {0xfc}, "is a private address"},
    {AF_INET6, 10, {0xfe, 0x80}, "is a link-local address"},
    {AF_INET6, 8, {0xff}, "is a multicast address"},
};

static bool is_in(const struct network *n, int family, const unsigned char *bytes)
{
    unsigned whole = n->bits / 8, rest = n->bits % 8;
    unsigned mask = 0xffU << (8 - rest) & 0xffU;
    return n->family == family && memcmp(n->bytes, bytes, whole) == 0 &&
           (rest == 0 || (bytes[whole] & mask) == n->bytes[whole]);
}

const char *refuse_address(const char *ip)
{
    static const unsigned char mapped[12] = {[10] = 0xff, 0xff}, zeros[15];
    unsigned char bytes[16];
    const unsigned char *start = bytes;
    int family = parse_ip(ip, bytes);
    if (family == 0)
        return "is no address";
    if (family == AF_INET6 && memcmp(bytes, zeros, sizeof zeros) == 0 && bytes[15] <= 1)
        return bytes[15] == 1 ? "is a loopback address" : "is no address of a host";
    if (family == AF_INET6 && memcmp(bytes, mapped, sizeof mapped) == 0) {
        family = AF_INET;
        start += sizeof mapped;
    }
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (is_in(&networks[i], family, start))
            return networks[i].why;
    return NULL;
}
