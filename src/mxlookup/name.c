#include "name.h"

#include "address.h"
#include "idn.h"

#include <arpa/inet.h>
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

/* The bytes of an address as text; its family, or 0. */
static int parse_ip(const char *text, unsigned char bytes[16])
{
    return inet_pton(AF_INET, text, bytes) == 1    ? AF_INET
           : inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6
                                                   : 0;
}

/* `[192.0.2.1]` or `[IPv6:2001:db8::1]`. */
static enum name_kind read_literal(struct span s, struct buf *out)
{
    static const char tag[] = "IPv6:";
    unsigned char bytes[16];
    char ip[INET6_ADDRSTRLEN];
    size_t n = sizeof tag - 1;
    s = span_make(s.p + 1, s.n - 2);
    bool v6 = s.n > n && strncasecmp(s.p, tag, n) == 0;
    s = v6 ? span_make(s.p + n, s.n - n) : s;
    if (s.n >= sizeof ip || memchr(s.p, '\0', s.n) != NULL)
        return NAME_BAD;
    memcpy(ip, s.p, s.n);
    ip[s.n] = '\0';
    int family = parse_ip(ip, bytes);
    if (family != (v6 ? AF_INET6 : AF_INET))
        return NAME_BAD;
    buf_add_string(out, inet_ntop(family, bytes, ip, sizeof ip));
    return NAME_LITERAL;
}

enum name_kind name_read(struct span text, struct buf *out)
{
    struct span s = address_strip(text);
    const char *at = s.n > 0 ? memrchr(s.p, '@', s.n) : NULL;
    buf_clear(out);
    if (at == s.p && at != NULL)
        return NAME_BAD; /* no local part: no address */
    if (at != NULL)
        s = span_make(at + 1, s.n - 1 - (size_t)(at - s.p));
    if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        return read_literal(s, out);
    if (!idn_to_ascii(out, s))
        return NAME_BAD;
    if (out->n > 1 && out->p[out->n - 1] == '.')
        out->n--;
    return is_name(buf_span(out)) ? NAME_DOMAIN : NAME_BAD;
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

const char *name_refuse_host(const char *host)
{
    struct span s = span_of(host);
    static const char here[] = ".localhost";
    size_t n = sizeof here - 1;
    if (!is_name(s))
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

const char *name_refuse_address(const char *ip)
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
