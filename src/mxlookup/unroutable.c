#include "mxlookup/unroutable.h"

#include "base/ascii.h"
#include "lib/dnsname.h"
#include "mxlookup/ip.h"

/* True if the last label has only digits, as that of no domain has: it must be an address. */
static bool ends_in_digits(struct span host)
{
    const char *dot = memrchr(host.p, '.', host.n);
    size_t i = dot != NULL ? (size_t)(dot - host.p) + 1 : 0;
    for (; i < host.n; i++)
        if (!ascii_is_digit(host.p[i]))
            return false;
    return true;
}

const char *unroutable_host(const char *host)
{
    struct span s = span_of(host);
    char lower[DNSNAME_LIMIT];
    static const char here[] = ".localhost";
    size_t n = sizeof here - 1;
    if (!dnsname_copy(s, lower))
        return "is not a host name";
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
    {AF_INET, 8, {0}, "is not a host's address"},
    {AF_INET, 8, {127}, "is a loopback address"},
    {AF_INET, 8, {10}, "is a private address"},
    {AF_INET, 12, {172, 16}, "is a private address"},
    {AF_INET, 16, {192, 168}, "is a private address"},
    {AF_INET, 10, {100, 64}, "is a private address"},
    {AF_INET, 16, {169, 254}, "is a link-local address"},
    {AF_INET, 4, {224}, "is a multicast address"},
    {AF_INET, 4, {240}, "is not a host's address"},
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

const char *unroutable_address(const char *ip)
{
    static const unsigned char mapped[12] = {[10] = 0xff, 0xff}, zeros[15];
    unsigned char bytes[16];
    const unsigned char *start = bytes;
    int family = ip_parse(ip, bytes);
    if (family == 0)
        return "is not an IP address";
    if (family == AF_INET6 && memcmp(bytes, zeros, sizeof zeros) == 0 && bytes[15] <= 1)
        return bytes[15] == 1 ? "is a loopback address" : "is not a host's address";
    if (family == AF_INET6 && memcmp(bytes, mapped, sizeof mapped) == 0) {
        family = AF_INET;
        start += sizeof mapped;
    }
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (is_in(&networks[i], family, start))
            return networks[i].why;
    return NULL;
}
