/*
 * route: the column mx, as mxlookup writes it, as the hosts and addresses to try.
 */
#include "mxsend/route.h"

#include "base/buf.h"
#include "tap.h"

static bool hop_is(const struct hop *h, const char *host, const char *ip)
{
    return span_is(h->host, host) && span_is(h->ip, ip);
}

static void test_order(void)
{
    struct route r;
    ok(route_read(&r, span_of("10:a.org=192.0.2.1,2001:db8::1 20:b.org=192.0.2.2")) &&
           r.count == 3 && hop_is(&r.hops[0], "a.org", "192.0.2.1") &&
           hop_is(&r.hops[1], "a.org", "2001:db8::1") && hop_is(&r.hops[2], "b.org", "192.0.2.2"),
       "a route has all addresses of its hosts, IPv4 and IPv6, in their order");
    ok(route_read(&r, span_of("10:a.org= 20:b.org=192.0.2.2")) && r.count == 1 &&
           hop_is(&r.hops[0], "b.org", "192.0.2.2"),
       "a host without an address is left out");
    ok(route_read(&r, span_of("")) && r.count == 0, "an empty field is a route of no hosts");
}

static void test_most(void)
{
    struct buf field = {0};
    struct route r;
    for (int i = 1; i <= 40; i++)
        buf_format(&field, "%d:h%d.org=192.0.2.%d ", i, i, i);
    ok(route_read(&r, buf_span(&field)) && r.count == 32 &&
           hop_is(&r.hops[31], "h32.org", "192.0.2.32"),
       "of 40 addresses the first 32 are tried");
    buf_clear(&field);
}

static void test_malformed(void)
{
    static const char *const fields[] = {"a.org=192.0.2.1",
                                         ":a.org=192.0.2.1",
                                         "10:=192.0.2.1",
                                         "10:a.org",
                                         "10:a.org=a",
                                         "10:a.org=192.0.2.1,,192.0.2.2",
                                         "10:a.org=192.0.2.1 20:",
                                         "10"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct route r;
        ok(!route_read(&r, span_of(fields[i])), "the field %s is malformed", fields[i]);
    }
}

int main(void)
{
    test_order();
    test_most();
    test_malformed();
    return done();
}
