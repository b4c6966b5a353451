#include "mxlookup/resolvers.h"

#include "base/err.h"
#include "base/span.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

enum { DNS_PORT = 53 };

socklen_t resolvers_length(const struct sockaddr_storage *server)
{
    return server->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static bool set_address(struct sockaddr_storage *out, const char *ip, unsigned port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, ip, &v4.sin_addr) == 1)
        memcpy(out, &v4, sizeof v4);
    else if (inet_pton(AF_INET6, ip, &v6.sin6_addr) == 1)
        memcpy(out, &v6, sizeof v6);
    else
        return false;
    return true;
}

static bool parse_port(const char *text, unsigned *port)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    *port = (unsigned)n;
    return end != text && *end == '\0' && n >= 1 && n <= 65535;
}

/* Accepts IP, IP:PORT, [IP]:PORT and [IP]. */
static bool parse_server(struct span text, struct sockaddr_storage *out)
{
    char copy[80];
    unsigned port = DNS_PORT;
    if (text.n == 0 || text.n >= sizeof copy)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    char *ip = copy, *colon = strrchr(copy, ':'), *bracket = strchr(copy, ']');
    if (copy[0] == '[' && bracket != NULL) {
        ip = copy + 1;
        colon = bracket[1] == ':' ? bracket + 1 : NULL;
        *bracket = '\0';
    } else if (colon != NULL && strchr(copy, ':') != colon) {
        colon = NULL; /* a bare IPv6 address */
    }
    if (colon != NULL) {
        *colon = '\0';
        if (!parse_port(colon + 1, &port))
            return false;
    }
    return set_address(out, ip, port);
}

static int read_given(struct resolvers *r, const char *given)
{
    for (struct span rest = span_of(given); rest.n > 0;) {
        const char *comma = memchr(rest.p, ',', rest.n);
        struct span one = span_make(rest.p, comma != NULL ? (size_t)(comma - rest.p) : rest.n);
        if (r->count == RESOLVERS || !parse_server(one, &r->servers[r->count])) {
            err_say("--resolver \"%s\": list up to %d of IP, IP:PORT, [IPv6]:PORT, comma-separated",
                    given, RESOLVERS);
            return EX_USAGE;
        }
        r->count++;
        rest = span_make(rest.p + one.n + (comma != NULL), rest.n - one.n - (comma != NULL));
    }
    return 0;
}

/* libresolv keeps IPv6 servers in a list of their own, at the same places. */
static int read_system(struct resolvers *r)
{
    struct __res_state state = {0};
    if (res_ninit(&state) != 0) {
        err_say("cannot read /etc/resolv.conf; name a server with --resolver IP");
        return EX_UNAVAILABLE;
    }
    for (int i = 0; i < state.nscount && r->count < RESOLVERS; i++) {
        const struct sockaddr_in6 *v6 = state._u._ext.nsaddrs[i];
        if (state.nsaddr_list[i].sin_family == AF_INET)
            memcpy(&r->servers[r->count++], &state.nsaddr_list[i], sizeof state.nsaddr_list[i]);
        else if (v6 != NULL && v6->sin6_family == AF_INET6)
            memcpy(&r->servers[r->count++], v6, sizeof *v6);
    }
    res_nclose(&state);
    return 0;
}

int resolvers_read(struct resolvers *r, const char *given)
{
    *r = (struct resolvers){0};
    int status = given != NULL ? read_given(r, given) : read_system(r);
    if (status == 0 && r->count == 0) {
        err_say("no DNS server is configured; name one with --resolver IP");
        status = EX_USAGE;
    }
    return status;
}
