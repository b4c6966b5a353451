/*
 * Addresses that no mail is sent to: the first and last of each network of the IANA special-purpose
 * registries that we refuse, and their neighbours outside it.
 */
#include "mxlookup/unroutable.h"

#include "tap.h"

#include <stddef.h>

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
    "192.168.0.0",
    "192.168.255.255",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "fc00::",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::",
    "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:172.31.0.1",
    "192.0.2",
    "example.org",
    "",
};

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
    "192.167.255.255",
    "192.169.0.0",
    "223.255.255.255",
    "8.8.8.8",
    "::ffff:8.8.8.8",
    "2a00:1450:4010:c0f::1a",
    "2607:f8b0:4023:401::1a",
};

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
    return done();
}
