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

/*
 * Who can be reached at an address: the rows of IANA's special-purpose registries (RFC 6890) with
 * the networks around them, each before those that contain it. `why` is NULL if the registry has
 * the row as globally reachable.
 *
 *     https://www.iana.org/assignments/iana-ipv4-special-registry
 *     https://www.iana.org/assignments/iana-ipv6-special-registry
 *     https://www.iana.org/assignments/ipv6-address-space         what is unicast at all
 *     https://www.iana.org/assignments/multicast-addresses
 *
 * Mail to an address that embeds IPv4 addresses goes where those lead. `embedded` is where they
 * are; below 0 if the bits of the one there are inverted; 0 if there are no more.
 */
static const struct network {
    int family;
    unsigned bits;
    unsigned char bytes[16];
    const char *why;
    int embedded[2];
} networks[] = {
    {AF_INET, 8, {0}, "is not a host's address", {0}},
    {AF_INET, 8, {10}, "is a private address", {0}},
    {AF_INET, 10, {100, 64}, "is a private address", {0}},
    {AF_INET, 8, {127}, "is a loopback address", {0}},
    {AF_INET, 16, {169, 254}, "is a link-local address", {0}},
    {AF_INET, 12, {172, 16}, "is a private address", {0}},
    {AF_INET, 32, {192, 0, 0, 9}, NULL, {0}},
    {AF_INET, 32, {192, 0, 0, 10}, NULL, {0}},
    {AF_INET, 24, {192, 0, 0}, "is reserved for protocols", {0}},
    {AF_INET, 24, {192, 0, 2}, "is reserved for documentation", {0}},
    {AF_INET, 24, {192, 31, 196}, NULL, {0}},
    {AF_INET, 24, {192, 52, 193}, NULL, {0}},
    {AF_INET, 24, {192, 88, 99}, "is reserved for protocols", {0}},
    {AF_INET, 16, {192, 168}, "is a private address", {0}},
    {AF_INET, 24, {192, 175, 48}, NULL, {0}},
    {AF_INET, 15, {198, 18}, "is reserved for benchmarks", {0}},
    {AF_INET, 24, {198, 51, 100}, "is reserved for documentation", {0}},
    {AF_INET, 24, {203, 0, 113}, "is reserved for documentation", {0}},
    {AF_INET, 4, {224}, "is a multicast address", {0}},
    {AF_INET, 4, {240}, "is not a host's address", {0}},
    {AF_INET, 0, {0}, NULL, {0}},

    {AF_INET6, 128, {[15] = 1}, "is a loopback address", {0}},
    {AF_INET6, 96, {[10] = 0xff, 0xff}, NULL, {12}},
    {AF_INET6, 96, {0, 0x64, 0xff, 0x9b}, NULL, {12}}, /* NAT64, RFC 6052 */
    {AF_INET6, 48, {0, 0x64, 0xff, 0x9b, 0, 1}, "is a private address", {0}},
    {AF_INET6, 64, {1}, "is reserved to be discarded", {0}},
    {AF_INET6, 64, {1, [7] = 1}, "is reserved for protocols", {0}},
    {AF_INET6, 32, {0x20, 1}, NULL, {4, -12}}, /* Teredo, RFC 4380 4 */
    {AF_INET6, 128, {0x20, 1, 0, 1, [15] = 1}, NULL, {0}},
    {AF_INET6, 128, {0x20, 1, 0, 1, [15] = 2}, NULL, {0}},
    {AF_INET6, 128, {0x20, 1, 0, 1, [15] = 3}, NULL, {0}},
    {AF_INET6, 48, {0x20, 1, 0, 2}, "is reserved for benchmarks", {0}},
    {AF_INET6, 32, {0x20, 1, 0, 3}, NULL, {0}},
    {AF_INET6, 48, {0x20, 1, 0, 4, 1, 0x12}, NULL, {0}},
    {AF_INET6, 28, {0x20, 1, 0, 0x20}, NULL, {0}},
    {AF_INET6, 28, {0x20, 1, 0, 0x30}, NULL, {0}},
    {AF_INET6, 23, {0x20, 1}, "is reserved for protocols", {0}},
    {AF_INET6, 32, {0x20, 1, 0xd, 0xb8}, "is reserved for documentation", {0}},
    {AF_INET6, 16, {0x20, 2}, NULL, {2}}, /* 6to4, RFC 3056 */
    {AF_INET6, 48, {0x26, 0x20, 0, 0x4f, 0x80}, NULL, {0}},
    {AF_INET6, 20, {0x3f, 0xff}, "is reserved for documentation", {0}},
    {AF_INET6, 16, {0x5f}, "is reserved for protocols", {0}},
    {AF_INET6, 7, {0xfc}, "is a private address", {0}},
    {AF_INET6, 10, {0xfe, 0x80}, "is a link-local address", {0}},
    {AF_INET6, 10, {0xfe, 0xc0}, "is a private address", {0}}, /* RFC 3879 */
    {AF_INET6, 8, {0xff}, "is a multicast address", {0}},
    {AF_INET6, 3, {0x20}, NULL, {0}},
    /* Not unicast: also ::, and what were IPv4-compatible addresses (RFC 4291 2.5.5.1). */
    {AF_INET6, 0, {0}, "is not a host's address", {0}},
};

static bool is_in(const struct network *n, int family, const unsigned char *bytes)
{
    unsigned whole = n->bits / 8, rest = n->bits % 8;
    unsigned mask = 0xffU << (8 - rest) & 0xffU;
    return n->family == family && memcmp(n->bytes, bytes, whole) == 0 &&
           (rest == 0 || (bytes[whole] & mask) == n->bytes[whole]);
}

static const char *why_not(int family, const unsigned char *bytes);

static const char *why_not_embedded(const unsigned char *bytes, int at)
{
    unsigned char ipv4[4];
    for (int i = 0; i < 4; i++)
        ipv4[i] = at > 0 ? bytes[at + i] : (unsigned char)~bytes[i - at];
    return why_not(AF_INET, ipv4);
}

static const char *why_not(int family, const unsigned char *bytes)
{
    const struct network *n = networks;
    while (!is_in(n, family, bytes))
        n++;
    const char *why = n->why;
    for (size_t i = 0; i < 2 && why == NULL && n->embedded[i] != 0; i++)
        why = why_not_embedded(bytes, n->embedded[i]);
    return why;
}

/* ISATAP addresses are part of any network: what comes before the IPv4 address tells them, with or
 * without the bit for a global one (RFC 5214 6.1). */
static bool is_isatap(const unsigned char *bytes)
{
    static const unsigned char start[4] = {0, 0, 0x5e, 0xfe}, global[4] = {2, 0, 0x5e, 0xfe};
    return memcmp(bytes + 8, start, 4) == 0 || memcmp(bytes + 8, global, 4) == 0;
}

const char *unroutable_address(const char *ip)
{
    unsigned char bytes[16];
    int family = ip_parse(ip, bytes);
    if (family == 0)
        return "is not an IP address";
    const char *why = why_not(family, bytes);
    return why == NULL && family == AF_INET6 && is_isatap(bytes) ? why_not_embedded(bytes, 12)
                                                                 : why;
}
