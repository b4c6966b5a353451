#include "mxsend/route.h"

#include "base/ascii.h"
#include "lib/rulefile.h"

#include <arpa/inet.h>

static bool is_ip(struct span s)
{
    char text[64];
    unsigned char address[16];
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

/* Parses `HOST=IP,IP`, what follows the preference. */
static bool read_exchange(struct route *r, struct span host_and_ips)
{
    const char *equals = memchr(host_and_ips.p, '=', host_and_ips.n);
    if (equals == NULL || equals == host_and_ips.p)
        return false;
    struct span host = span_make(host_and_ips.p, (size_t)(equals - host_and_ips.p));
    struct span ips = span_make(equals + 1, host_and_ips.n - host.n - 1);
    while (ips.n > 0) {
        const char *comma = memchr(ips.p, ',', ips.n);
        struct span ip = span_make(ips.p, comma != NULL ? (size_t)(comma - ips.p) : ips.n);
        if (!is_ip(ip))
            return false;
        if (r->count < ROUTE_HOPS)
            r->hops[r->count++] = (struct hop){host, ip};
        ips = span_make(ip.p + ip.n + (comma != NULL), ips.n - ip.n - (comma != NULL));
    }
    return true;
}

bool route_read(struct route *r, struct span field)
{
    struct span word;
    r->count = 0;
    while (span_next_word(&field, &word)) {
        size_t digits = 0;
        while (digits < word.n && word.p[digits] >= '0' && word.p[digits] <= '9')
            digits++;
        if (digits == 0 || digits >= word.n || word.p[digits] != ':' ||
            !read_exchange(r, span_make(word.p + digits + 1, word.n - digits - 1)))
            return false;
    }
    return true;
}
