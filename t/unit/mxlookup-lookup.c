/*
 * What a domain's answers mean, without a server: the test answers each question itself. Nothing
 * here waits.
 */
#include "mxlookup/lookup.h"

#include "tap.h"

#include <stdlib.h>

enum { NOW_S = 1000000 };

static const struct lookup_options usual = {.ipv4 = true, .ipv6 = true, .seed = 1, .now_s = NOW_S};
static const struct engine_options engine_usual = {
    .servers = 1, .sockets = 1, .window = 100, .timeout_ms = 5000, .tries = 3};

static struct packet_answer a;
static struct engine *engine;
static struct lookup *lookup;
static struct domain *domain;

static void begin(const struct lookup_options *options)
{
    engine = engine_new(&engine_usual);
    lookup = lookup_new(engine, options);
    domain = lookup_domain(lookup, span_of("x.example"));
    domain->users++;
}

static void end(void)
{
    lookup_free(lookup);
    engine_free(engine);
}

static void set_status(enum packet_status status, uint32_t ttl_s, bool secure)
{
    a.status = status;
    a.count = a.glue_count = 0;
    a.ttl_s = ttl_s;
    a.secure = secure;
    a.aliased = false;
}

static void add_record(uint16_t preference, const char *value)
{
    a.records[a.count].preference = preference;
    snprintf(a.records[a.count++].value, PACKET_VALUE, "%s", value);
}

static void add_glue(const char *host, ns_type type, const char *address)
{
    struct packet_glue *g = &a.glue[a.glue_count++];
    g->type = type;
    g->ttl_s = 300;
    snprintf(g->host, sizeof g->host, "%s", host);
    snprintf(g->address, sizeof g->address, "%s", address);
}

/* Answers a question about the exchange at `i`. */
static void answer_host(size_t i, ns_type type, enum packet_status status, const char *value,
                        uint32_t ttl_s, bool secure)
{
    set_status(status, ttl_s, secure);
    if (value != NULL)
        add_record(0, value);
    lookup_answer(lookup, domain->exchanges[i].host, type, &a);
}

/* Answers both questions about the addresses of an exchange, without DNSSEC. */
static void answer_addresses(size_t i, enum packet_status status, const char *ipv4, uint32_t ttl_s)
{
    answer_host(i, ns_t_a, status, ipv4, ttl_s, false);
    answer_host(i, ns_t_aaaa, ipv4 != NULL ? PACKET_NODATA : status, NULL, INT32_MAX, false);
}

static bool has_mx(enum mx_status status, const char *mx)
{
    bool good =
        domain->done && domain->status == status &&
        (mx == NULL ? domain->mx == NULL : domain->mx != NULL && strcmp(domain->mx, mx) == 0);
    if (!good)
        printf("# done %d, %s, %s\n", domain->done, mx_status_name(domain->status),
               domain->mx != NULL ? domain->mx : "-");
    return good;
}

/* Each record is given as "PREF NAME". */
static void test_repeated(const char *title, const char *const *records, const char *mx)
{
    begin(&usual);
    set_status(PACKET_FOUND, 300, false);
    for (; *records != NULL; records++)
        add_record((uint16_t)atoi(*records), strchr(*records, ' ') + 1);
    lookup_answer(lookup, domain, ns_t_mx, &a);
    for (size_t i = 0; i < domain->count && !domain->done; i++)
        if (domain->exchanges[i].host->pending > 0)
            answer_addresses(i, PACKET_FOUND, "8.8.8.8", 300);
    ok(has_mx(MX_OK, mx), "%s", title);
    end();
}

static void test_all_repeated(void)
{
    test_repeated("an exchange that is named twice is written once",
                  (const char *[]){"10 mx.example", "10 mx.example", NULL},
                  "10:mx.example=8.8.8.8");
    test_repeated("an exchange that is named in any case is written with its lowest preference",
                  (const char *[]){"20 mx.example", "10 MX.example", "30 mx.Example", NULL},
                  "10:mx.example=8.8.8.8");
    test_repeated(
        "an exchange that is named three times after another is written once",
        (const char *[]){"5 mx5.example", "10 mx.example", "10 mx.example", "10 mx.example", NULL},
        "5:mx5.example=8.8.8.8 10:mx.example=8.8.8.8");
}

static bool expires(const char *mx_ttl, int64_t after_s)
{
    bool good = domain->expires_s - NOW_S == after_s && strcmp(domain->ttls, mx_ttl) == 0;
    if (!good)
        printf("# expires after %lld, ttl %s\n", (long long)(domain->expires_s - NOW_S),
               domain->ttls);
    return good;
}

static void answer_one(uint32_t mx_ttl_s, uint32_t host_ttl_s)
{
    begin(&usual);
    set_status(PACKET_FOUND, mx_ttl_s, false);
    add_record(10, "mx.example");
    lookup_answer(lookup, domain, ns_t_mx, &a);
    answer_addresses(0, PACKET_FOUND, "8.8.8.8", host_ttl_s);
}

static void test_ttl(void)
{
    answer_one(300, 60);
    ok(expires("60", 60), "an answer expires with the addresses of its exchange");
    end();
    answer_one(60, 300);
    ok(expires("60", 60), "an answer expires with its MX record if that is earlier");
    end();
    answer_one(INT32_MAX, 604800);
    ok(domain->expires_s - NOW_S == 86400, "no answer is kept for more than a day");
    end();
    begin(&usual);
    set_status(PACKET_NXDOMAIN, 900, false);
    lookup_answer(lookup, domain, ns_t_mx, &a);
    ok(has_mx(MX_NXDOMAIN, NULL) && domain->expires_s == NOW_S + 900,
       "NXDOMAIN expires after its own TTL");
    end();
}

/* Two exchanges, both without an address. */
static void test_no_address(enum packet_status one, enum packet_status other,
                            enum mx_status expected)
{
    begin(&usual);
    set_status(PACKET_FOUND, 300, false);
    add_record(10, "mx1.example");
    add_record(20, "mx2.example");
    lookup_answer(lookup, domain, ns_t_mx, &a);
    answer_addresses(0, one, NULL, 300);
    answer_addresses(1, other, NULL, 300);
    ok(has_mx(expected, NULL), "exchanges that end with %d and %d make the domain %s", (int)one,
       (int)other, mx_status_name(expected));
    end();
}

static void test_statuses(void)
{
    test_no_address(PACKET_NODATA, PACKET_NODATA, MX_NODATA);
    test_no_address(PACKET_NXDOMAIN, PACKET_NXDOMAIN, MX_NODATA);
    test_no_address(PACKET_SERVFAIL, PACKET_NXDOMAIN, MX_SERVFAIL);
    test_no_address(PACKET_NODATA, PACKET_TIMEOUT, MX_TIMEOUT);
    test_no_address(PACKET_REFUSED, PACKET_SERVFAIL, MX_REFUSED);
}

/* One exchange with --dnssec; each answer is validated or not. Returns mx_secure. */
static const char *secure(bool mx, bool ipv4, bool ipv6, bool tlsa)
{
    static char result[100];
    struct lookup_options options = usual;
    options.dnssec = true;
    begin(&options);
    set_status(PACKET_FOUND, 300, mx);
    add_record(10, "mx.example");
    add_glue("mx.example", ns_t_a, "6.6.6.6");
    add_glue("mx.example", ns_t_aaaa, "666::6");
    lookup_answer(lookup, domain, ns_t_mx, &a);
    if (!domain->done && domain->exchanges[0].host->pending == 3) {
        answer_host(0, ns_t_a, PACKET_FOUND, "8.8.8.8", 300, ipv4);
        answer_host(0, ns_t_aaaa, PACKET_FOUND, "2600::1", 300, ipv6);
        answer_host(0, (ns_type)PACKET_TYPE_TLSA, PACKET_FOUND, "3:1:1:ab", 300, tlsa);
    }
    bool good = has_mx(MX_OK, "10:mx.example=8.8.8.8,2600::1");
    snprintf(result, sizeof result, "%s",
             !good                  ? "other addresses"
             : domain->tlsa != NULL ? domain->tlsa
                                    : "-");
    end();
    return result;
}

static void test_secure(void)
{
    ok(strcmp(secure(true, true, true, true), "mx.example=3:1:1:ab") == 0,
       "mx_secure names an exchange and its TLSA record if all answers are validated, none of them "
       "an additional record");
    ok(strcmp(secure(false, true, true, true), "-") == 0,
       "no exchange is secure if the MX answer is not validated");
    ok(strcmp(secure(true, false, true, true), "-") == 0,
       "an exchange is not secure if its IPv4 address is not validated");
    ok(strcmp(secure(true, true, false, true), "-") == 0,
       "an exchange is not secure if its IPv6 address is not validated");
    ok(strcmp(secure(true, true, true, false), "mx.example") == 0,
       "a TLSA record that is not validated is left out");
}

static void answer_with_glue(const struct lookup_options *options, const char *ipv6_of)
{
    begin(options);
    set_status(PACKET_FOUND, 300, false);
    add_record(10, "mx.x.example");
    add_glue("MX.x.example", ns_t_a, "8.8.8.8");
    add_glue(ipv6_of, ns_t_aaaa, "2600::1");
    lookup_answer(lookup, domain, ns_t_mx, &a);
}

static void test_glue(void)
{
    struct lookup_options ipv4 = usual;
    ipv4.ipv6 = false;
    answer_with_glue(&usual, "mx.x.example");
    ok(has_mx(MX_OK, "10:mx.x.example=8.8.8.8,2600::1"),
       "an exchange has the addresses that came with the MX record");
    end();
    answer_with_glue(&ipv4, "mx.x.example");
    ok(has_mx(MX_OK, "10:mx.x.example=8.8.8.8"),
       "only addresses of the types that are asked for are taken from the additional section");
    end();
    answer_with_glue(&usual, "other.x.example");
    ok(!domain->done && domain->exchanges[0].host->pending == 2,
       "both types are asked for if the additional section has only one of the exchange");
    answer_host(0, ns_t_a, PACKET_FOUND, "8.8.4.4", 300, false);
    answer_host(0, ns_t_aaaa, PACKET_NODATA, NULL, 300, false);
    ok(has_mx(MX_OK, "10:mx.x.example=8.8.4.4"), "and then the additional section does not count");
    end();
}

/* A subdomain shares the exchange of its parent, whose answer brought an address for it. */
static void test_shared_glue(void)
{
    answer_with_glue(&usual, "mx.x.example");
    domain->users--;
    domain = lookup_domain(lookup, span_of("sub.x.example"));
    domain->users++;
    set_status(PACKET_FOUND, 300, false);
    add_record(10, "mx.x.example");
    lookup_answer(lookup, domain, ns_t_mx, &a);
    ok(!domain->done && domain->exchanges[0].host->pending == 2,
       "an exchange is asked for though its address came with the answer of another domain");
    answer_addresses(0, PACKET_FOUND, "8.8.4.4", 300);
    ok(has_mx(MX_OK, "10:mx.x.example=8.8.4.4"), "and has the address that its own answer gives");
    end();
}

int main(void)
{
    test_all_repeated();
    test_ttl();
    test_statuses();
    test_secure();
    test_glue();
    test_shared_glue();
    return done();
}
