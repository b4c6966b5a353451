/*
 * Addresses that no mail is sent to: the first and last of each network of the IANA special-purpose
 * registries that we refuse, and their neighbours outside it.
 */
#include "mxlookup/unroutable.h"

#include "tap.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

/* The first and the last address of each row that is not globally reachable. */
static const char *const refused[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.0",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.8",
    "192.0.0.11",
    "192.0.0.170",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.88.99.0",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::ffff:ffff",
    "64:ff9b:1::",
    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::",
    "100::ffff:ffff:ffff:ffff",
    "100:0:0:1::",
    "100:0:0:1:ffff:ffff:ffff:ffff",
    "2001:1::",
    "2001:1::4",
    "2001:2::",
    "2001:2:0:ffff:ffff:ffff:ffff:ffff",
    "2001:4:111::1",
    "2001:4:113::1",
    "2001:10::",
    "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:40::",
    "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff::",
    "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    "5f00::",
    "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::",
    "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fec0::",
    "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    /* Not unicast, by the registry of the IPv6 address space. */
    "200::1",
    "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "4000::",
    "64:ff9a::8.8.8.8",
    "64:ff9c::8.8.8.8",
    "192.0.2",
    "example.org",
    "",
};

/* The addresses beside those, and the rows that are globally reachable. */
static const char *const allowed[] = {
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.0.9",
    "192.0.0.10",
    "192.0.1.0",
    "192.0.1.255",
    "192.0.3.0",
    "192.31.196.0",
    "192.31.196.255",
    "192.52.193.0",
    "192.52.193.255",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "192.175.48.0",
    "192.175.48.255",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "8.8.8.8",
    "2000::",
    "2001:1::1",
    "2001:1::2",
    "2001:1::3",
    "2001:3::",
    "2001:3:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:4:112::",
    "2001:4:112:ffff:ffff:ffff:ffff:ffff",
    "2001:20::",
    "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:30::",
    "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:200::",
    "2001:db7:ffff::",
    "2001:db9::",
    "2620:4f:8000::",
    "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff:1000::",
    "2a00:1450:4010:c0f::1a",
    "2607:f8b0:4023:401::1a",
};

/* NAT64 (RFC 6052), IPv4-mapped (RFC 4291), ISATAP (RFC 5214): the IPv4 address is at the end. */
static const char *const tails[] = {"64:ff9b::%s", "::ffff:%s", "2a00::5efe:%s",
                                    "2a00::200:5efe:%s", "2a00:1::5efe:%s"};

static const char *const bad_hosts[] = {
    "localhost",   "LocalHost", "mx.localhost", "localhost.localdomain",
    "192.0.2.1",   "mx.42",     "a..example",   "",
    "mx.exa mple", ".example",
};

static const char *const good_hosts[] = {
    "mx.example", "mylocalhost", "localhost.example", "42.example", "mx.x42", "_25.mx.example",
};

/* Counts those whose refusal is not as expected, and names them. */
static size_t count_wrong(const char *why_not(const char *), const char *const *texts, size_t count,
                          bool refuse)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        if ((why_not(texts[i]) != NULL) != refuse) {
            printf("# %s is %s\n", texts[i], refuse ? "allowed" : why_not(texts[i]));
            wrong++;
        }
    return wrong;
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool refuses(const char *format, ...)
{
    char ip[64];
    va_list values;
    va_start(values, format);
    vsnprintf(ip, sizeof ip, format, values);
    va_end(values);
    return unroutable_address(ip) != NULL;
}

static bool says(const char *ip, const char *why)
{
    const char *given = unroutable_address(ip);
    return given != NULL && strcmp(given, why) == 0;
}

/* An address that embeds an IPv4 address is refused if that is. */
static void test_embedded(const char *ipv4, bool refuse)
{
    unsigned b[4];
    sscanf(ipv4, "%u.%u.%u.%u", &b[0], &b[1], &b[2], &b[3]);
    unsigned high = b[0] << 8 | b[1], low = b[2] << 8 | b[3];
    for (size_t i = 0; i < COUNT(tails); i++) {
        char format[64];
        snprintf(format, sizeof format, tails[i], ipv4);
        ok(refuses("%s", format) == refuse, "%s %s", format, refuse ? "is refused" : "is allowed");
    }
    ok(refuses("2002:%x:%x::1", high, low) == refuse, "6to4 of %s (RFC 3056 2)", ipv4);
    ok(refuses("2001:0:%x:%x::%x:%x", high, low, 0x0808 ^ 0xffff, 0x0808 ^ 0xffff) == refuse,
       "Teredo with the server %s (RFC 4380 4)", ipv4);
    ok(refuses("2001:0:808:808::%x:%x", high ^ 0xffff, low ^ 0xffff) == refuse,
       "Teredo with the client %s", ipv4);
}

int main(void)
{
    ok(count_wrong(unroutable_address, refused, COUNT(refused), true) == 0,
       "no mail goes to a network that is not on the public Internet, from its first address to "
       "its last");
    ok(count_wrong(unroutable_address, allowed, COUNT(allowed), false) == 0,
       "mail goes to the addresses beside such networks");
    ok(count_wrong(unroutable_host, bad_hosts, COUNT(bad_hosts), true) == 0,
       "no mail goes to this machine, an IP address or what is not a host name");
    ok(count_wrong(unroutable_host, good_hosts, COUNT(good_hosts), false) == 0,
       "mail goes to hosts whose names only look like those");
    ok(says("febf::1", "is a link-local address") && says("feff::1", "is a private address") &&
           says("192.0.2.1", "is reserved for documentation") &&
           says("64:ff9b::127.0.0.1", "is a loopback address"),
       "the reason is that of the network, or of the embedded IPv4 address");
    test_embedded("127.0.0.1", true);
    test_embedded("10.0.0.1", true);
    test_embedded("192.168.255.255", true);
    test_embedded("198.18.0.1", true);
    test_embedded("8.8.8.8", false);
    test_embedded("192.0.0.9", false);
    return done();
}
