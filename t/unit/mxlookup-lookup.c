/*
 * What a domain's answers mean, without a server: the test answers each question itself. Nothing
 * here waits.
 */
#include "mxlookup/lookup.h"

#include "tap.h"

#include <stdlib.h>

enum { NOW_S = 1000000 };

static int64_t now_ms = 1000;

static int64_t clock_ms(void)
{
    return now_ms;
}

static const struct lookup_options usual = {
    .ipv4 = true, .ipv6 = true, .seed = 1, .clock_ms = clock_ms};
static const struct engine_options engine_usual = {
    .servers = 1, .sockets = 1, .window = 100, .timeout_ms = 5000, .tries = 3};

static struct packet_answer a;
static struct engine *engine;
static struct lookup *lookup;
static struct domain *domain;
static int64_t now_s; /* of the answers */

static void begin(const struct lookup_options *options)
{
    engine = engine_new(&engine_usual);
    lookup = lookup_new(engine, options);
    now_s = NOW_S;
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
    lookup_answer(lookup, domain->exchanges[i].host, type, &a, now_s);
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
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
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

/* True if the domain expires `after_s` the run's start, and its exchanges at the listed seconds. */
static bool expires(int64_t after_s, const char *exchanges)
{
    char *written = domain->expiries, *next = written;
    char listed[100] = "";
    for (; written != NULL && *next != '\0'; written = next)
        snprintf(listed + strlen(listed), sizeof listed - strlen(listed), "%s%lld",
                 listed[0] != '\0' ? " " : "", strtoll(written, &next, 10) - NOW_S);
    bool good = domain->expires_s - NOW_S == after_s && strcmp(listed, exchanges) == 0;
    if (!good)
        printf("# expires after %lld, exchanges %s\n", (long long)(domain->expires_s - NOW_S),
               listed);
    return good;
}

static void answer_mx(uint32_t ttl_s)
{
    set_status(PACKET_FOUND, ttl_s, false);
    add_record(10, "mx.example");
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
}

static void answer_one(uint32_t mx_ttl_s, uint32_t host_ttl_s)
{
    begin(&usual);
    answer_mx(mx_ttl_s);
    answer_addresses(0, PACKET_FOUND, "8.8.8.8", host_ttl_s);
}

static void test_ttl(void)
{
    answer_one(300, 60);
    ok(expires(60, "60"), "an answer expires with the addresses of its exchange");
    end();
    answer_one(60, 300);
    ok(expires(60, "60"), "an answer expires with its MX record if that is earlier");
    end();
    answer_one(INT32_MAX, 604800);
    ok(expires(86400, "604800"), "no answer is kept for more than a day");
    end();
    begin(&usual);
    set_status(PACKET_NXDOMAIN, 900, false);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    ok(has_mx(MX_NXDOMAIN, NULL) && domain->expires_s == NOW_S + 900,
       "NXDOMAIN expires after its own TTL");
    end();
}

/* A TTL counts from the answer that it came with. */
static void test_late(void)
{
    begin(&usual);
    now_s = NOW_S + 10;
    answer_mx(300);
    now_s = NOW_S + 20;
    answer_addresses(0, PACKET_FOUND, "8.8.8.8", 600);
    ok(expires(310, "310"), "the TTL of an MX record counts from its answer");
    end();
    begin(&usual);
    answer_mx(300);
    now_s = NOW_S + 20;
    answer_addresses(0, PACKET_FOUND, "8.8.8.8", 60);
    ok(expires(80, "80"), "the TTL of an address counts from its answer");
    now_s = NOW_S + 50;
    domain->users--;
    domain = lookup_domain(lookup, span_of("y.example"));
    domain->users++;
    answer_mx(300);
    ok(expires(80, "80"), "which may be that to the question of another domain");
    end();
}

/* A domain whose MX record has a TTL of a day, and whose exchange has an IPv4 address for an hour.
 * RFC 2308 5 and 7. */
static void test_part(const char *title, enum packet_status ipv6, uint32_t ttl_s, int64_t after_s)
{
    begin(&usual);
    answer_mx(86400);
    answer_host(0, ns_t_a, PACKET_FOUND, "8.8.8.8", 3600, false);
    answer_host(0, ns_t_aaaa, ipv6, NULL, ttl_s, false);
    ok(has_mx(MX_OK, "10:mx.example=8.8.8.8") && domain->expires_s == NOW_S + after_s, "%s", title);
    end();
}

static void test_parts(void)
{
    test_part("the TTL of a host's negative answer counts", PACKET_NODATA, 60, 60);
    test_part("an answer is not kept if a part of it is SERVFAIL", PACKET_SERVFAIL, 300, 0);
    test_part("an answer is not kept if a part of it is REFUSED", PACKET_REFUSED, 300, 0);
    test_part("an answer is not kept if no answer to a part of it came", PACKET_TIMEOUT, 300, 0);
    begin(&usual);
    set_status(PACKET_FOUND, 86400, false);
    add_record(10, "mx1.example");
    add_record(20, "mx2.example");
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    answer_addresses(0, PACKET_FOUND, "8.8.8.8", 3600);
    answer_addresses(1, PACKET_SERVFAIL, NULL, 300);
    ok(has_mx(MX_OK, "10:mx1.example=8.8.8.8") && domain->expires_s == NOW_S,
       "an answer is not kept if one of two exchanges failed");
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
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    answer_addresses(0, one, NULL, 300);
    answer_addresses(1, other, NULL, 300);
    bool failed = packet_has_failed(one) || packet_has_failed(other);
    ok(has_mx(expected, NULL) && domain->expires_s == (failed ? NOW_S : NOW_S + 300),
       "exchanges that end with %d and %d make the domain %s, which is kept %s", (int)one,
       (int)other, mx_status_name(expected), failed ? "not at all" : "for their TTL");
    end();
}

static void test_statuses(void)
{
    test_no_address(PACKET_NODATA, PACKET_NODATA, MX_UNUSABLE);
    test_no_address(PACKET_NXDOMAIN, PACKET_NXDOMAIN, MX_UNUSABLE);
    test_no_address(PACKET_SERVFAIL, PACKET_NXDOMAIN, MX_SERVFAIL);
    test_no_address(PACKET_NODATA, PACKET_TIMEOUT, MX_TIMEOUT);
    test_no_address(PACKET_REFUSED, PACKET_SERVFAIL, MX_REFUSED);
}

/* RFC 7505 3: a null MX counts if there is no other exchange. */
static void test_null(const char *title, const char *const *hosts, enum mx_status expected)
{
    begin(&usual);
    set_status(PACKET_FOUND, 300, false);
    for (; *hosts != NULL; hosts++)
        add_record(0, *hosts);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    ok(has_mx(expected, NULL), "%s", title);
    end();
}

static void test_without_host(void)
{
    test_null("a null MX is null", (const char *[]){"", NULL}, MX_NULL);
    test_null("a null MX that is sent twice is null", (const char *[]){"", "", NULL}, MX_NULL);
    test_null("a null MX and localhost are not", (const char *[]){"", "localhost", NULL},
              MX_UNUSABLE);
    test_null("an MX record of localhost is not denied", (const char *[]){"localhost", NULL},
              MX_UNUSABLE);
    test_null("nor is one of an IP address", (const char *[]){"192.0.2.1", NULL}, MX_UNUSABLE);
    begin(&usual);
    set_status(PACKET_NODATA, 300, false);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    answer_addresses(0, PACKET_NODATA, NULL, 300);
    ok(has_mx(MX_NODATA, NULL), "a domain with neither has neither");
    end();
}

/* What is answered with --dnssec about the exchange mx.example. */
struct dane {
    bool mx, ipv4, ipv6; /* validated */
    const char *alias;   /* what mx.example is an alias of, or NULL */
    struct {
        const char *name; /* that must be asked for */
        enum packet_status status;
        bool secure;
    } tlsa[2];
};

static void answer_dane_address(ns_type type, const char *ip, bool validated, const char *alias)
{
    set_status(PACKET_FOUND, 300, validated);
    add_record(0, ip);
    a.aliased = alias != NULL;
    snprintf(a.canonical, sizeof a.canonical, "%s", alias != NULL ? alias : "mx.example");
    lookup_answer(lookup, domain->exchanges[0].host, type, &a, now_s);
}

/* Answers the TLSA questions; false if another name was asked for. */
static bool answer_tlsa(const struct dane *dane)
{
    for (size_t i = 0; i < 2 && !domain->done; i++) {
        const struct host *h = domain->exchanges[0].host;
        if (dane->tlsa[i].name == NULL || strcmp(h->tlsa_name, dane->tlsa[i].name) != 0)
            return false;
        answer_host(0, (ns_type)PACKET_TYPE_TLSA, dane->tlsa[i].status,
                    dane->tlsa[i].status == PACKET_FOUND ? "3:1:1:ab" : NULL, 300,
                    dane->tlsa[i].secure);
    }
    return domain->done;
}

static void test_dane(const char *title, const char *expected, struct dane dane)
{
    struct lookup_options options = usual;
    options.dnssec = true;
    begin(&options);
    set_status(PACKET_FOUND, 300, dane.mx);
    add_record(10, "mx.example");
    add_glue("mx.example", ns_t_a, "6.6.6.6");
    add_glue("mx.example", ns_t_aaaa, "666::6");
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    answer_dane_address(ns_t_a, "8.8.8.8", dane.ipv4, dane.alias);
    answer_dane_address(ns_t_aaaa, "2600::1", dane.ipv6, dane.alias);
    bool good = answer_tlsa(&dane) && has_mx(MX_OK, "10:mx.example=8.8.8.8,2600::1");
    const char *written = domain->tlsa != NULL ? domain->tlsa : "-";
    bool failed = strstr(expected, "=failed") != NULL;
    ok(good && strcmp(written, expected) == 0 && (domain->expires_s == now_s) == failed, "%s (%s)",
       title, written);
    end();
}

#define OWN  "_25._tcp.mx.example"
#define BASE "_25._tcp.base.example"

/* RFC 7672 2.1 and 2.2. */
static void test_secure(void)
{
    test_dane("a validated exchange has its TLSA record", "mx.example=3:1:1:ab",
              (struct dane){true, true, true, NULL, {{OWN, PACKET_FOUND, true}}});
    test_dane("nothing is secure if the MX answer is not validated", "-",
              (struct dane){false, true, true, NULL, {{OWN, PACKET_FOUND, true}}});
    test_dane("an exchange whose IPv4 address is not validated is not asked for TLSA records",
              "mx.example=insecure", (struct dane){.mx = true, .ipv6 = true});
    test_dane("an exchange whose IPv6 address is not validated is not asked for TLSA records",
              "mx.example=insecure", (struct dane){.mx = true, .ipv4 = true});
    test_dane("a TLSA record that is not validated is insecure", "mx.example=insecure",
              (struct dane){true, true, true, NULL, {{OWN, PACKET_FOUND, false}}});
    test_dane("a denial that is not validated is insecure", "mx.example=insecure",
              (struct dane){true, true, true, NULL, {{OWN, PACKET_NXDOMAIN, false}}});
    test_dane("a validated NODATA is a denial", "mx.example=none",
              (struct dane){true, true, true, NULL, {{OWN, PACKET_NODATA, true}}});
    test_dane("a validated NXDOMAIN is a denial", "mx.example=none",
              (struct dane){true, true, true, NULL, {{OWN, PACKET_NXDOMAIN, true}}});
    test_dane("SERVFAIL for TLSA records is a failure", "mx.example=failed",
              (struct dane){true, true, true, NULL, {{OWN, PACKET_SERVFAIL, false}}});
    test_dane("a time-out for TLSA records is a failure", "mx.example=failed",
              (struct dane){true, true, true, NULL, {{OWN, PACKET_TIMEOUT, false}}});
}

/* 245 bytes, to which `_25._tcp.` does not fit. */
#define L49 "abcdefghij.bcdefghij.bcdefghij.bcdefghij.bcdefghi"
static const char too_long[] = L49 L49 L49 L49 L49;

static void test_long_name(void)
{
    struct lookup_options options = usual;
    options.dnssec = true;
    begin(&options);
    set_status(PACKET_FOUND, 300, true);
    add_record(10, too_long);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    answer_dane_address(ns_t_a, "8.8.8.8", true, NULL);
    answer_dane_address(ns_t_aaaa, "2600::1", true, NULL);
    ok(domain->done && domain->tlsa != NULL && strlen(domain->tlsa) == sizeof too_long - 1 + 5 &&
           strcmp(domain->tlsa + sizeof too_long - 1, "=none") == 0,
       "an exchange whose name is too long for it has no TLSA record");
    end();
}

static void test_base_domain(void)
{
    const char *base = "Base.Example";
    test_dane("the TLSA base domain of an alias is its canonical name",
              "mx.example/base.example=3:1:1:ab",
              (struct dane){true, true, true, base, {{BASE, PACKET_FOUND, true}}});
    test_dane(
        "if the canonical name has no TLSA record, the alias is asked", "mx.example=3:1:1:ab",
        (struct dane){
            true, true, true, base, {{BASE, PACKET_NXDOMAIN, true}, {OWN, PACKET_FOUND, true}}});
    test_dane(
        "neither the canonical name nor the alias has a TLSA record", "mx.example=none",
        (struct dane){
            true, true, true, base, {{BASE, PACKET_NODATA, true}, {OWN, PACKET_NXDOMAIN, true}}});
    test_dane("a failure at the canonical name is final", "mx.example=failed",
              (struct dane){true, true, true, base, {{BASE, PACKET_SERVFAIL, false}}});
    test_dane("a canonical name too long to have TLSA records is not asked", "mx.example=3:1:1:ab",
              (struct dane){true, true, true, too_long, {{OWN, PACKET_FOUND, true}}});
    test_dane("a canonical name that is not a host name is not asked", "mx.example=3:1:1:ab",
              (struct dane){true, true, true, "a=b,c.example", {{OWN, PACKET_FOUND, true}}});
}

static void answer_with_glue(const struct lookup_options *options, const char *ipv6_of)
{
    begin(options);
    set_status(PACKET_FOUND, 300, false);
    add_record(10, "mx.x.example");
    add_glue("MX.x.example", ns_t_a, "8.8.8.8");
    add_glue(ipv6_of, ns_t_aaaa, "2600::1");
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
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
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    ok(!domain->done && domain->exchanges[0].host->pending == 2,
       "an exchange is asked for though its address came with the answer of another domain");
    answer_addresses(0, PACKET_FOUND, "8.8.4.4", 300);
    ok(has_mx(MX_OK, "10:mx.x.example=8.8.4.4"), "and has the address that its own answer gives");
    end();
}

/* Looks the domain up again, as a row does that nothing waits for. True if it is asked for. */
static bool asks_again(void)
{
    domain->users = 0;
    bool asked = !lookup_domain(lookup, span_of("x.example"))->done;
    domain->users = 1;
    return asked;
}

/* RFC 9520 3.2: a failure is remembered for a second or more, and for longer if it lasts. */
static void test_failure(void)
{
    static const int64_t waits[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    size_t early = 0, late = 0;
    begin(&usual);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        set_status(i % 2 != 0 ? PACKET_TIMEOUT : PACKET_SERVFAIL, 0, false);
        lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
        now_ms += waits[i] - 1;
        early += asks_again();
        now_ms++;
        late += !asks_again();
    }
    ok(early == 0 && late == 0,
       "a failure is remembered for 1, 2, 4, 8, 16, 30 and again 30 s, then it is asked again");
    set_status(PACKET_NXDOMAIN, 0, false);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    now_ms += 1000000;
    ok(!asks_again() && has_mx(MX_NXDOMAIN, NULL), "what is no failure is remembered for the run");
    end();
}

static void test_failed_host(void)
{
    begin(&usual);
    set_status(PACKET_FOUND, 300, false);
    add_record(10, "mx.example");
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    answer_addresses(0, PACKET_SERVFAIL, NULL, 0);
    ok(has_mx(MX_SERVFAIL, NULL) && !asks_again(), "the failure of a host is that of its domain");
    ok(domain->expires_s == NOW_S, "which no cache keeps, whatever the TTL of the MX record is");
    now_ms += 1000;
    struct domain *first = domain;
    ok(asks_again(), "after a second the domain is asked for again");
    domain = lookup_domain(lookup, span_of("y.example"));
    domain->users++;
    set_status(PACKET_FOUND, 300, false);
    add_record(10, "mx.example");
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    ok(!domain->done && domain->exchanges[0].host->pending == 2,
       "and so is the host, for another domain too");
    set_status(PACKET_FOUND, 300, false);
    add_record(10, "mx.example");
    lookup_answer(lookup, first, ns_t_mx, &a, now_s);
    answer_addresses(0, PACKET_FOUND, "8.8.8.8", 300);
    ok(has_mx(MX_OK, "10:mx.example=8.8.8.8"), "the other domain has its address now");
    domain = first;
    ok(has_mx(MX_OK, "10:mx.example=8.8.8.8"), "the first domain too");
    end();
}

/* A row waits to be written, with the failure of its domain. */
static void test_failure_in_use(void)
{
    begin(&usual);
    set_status(PACKET_SERVFAIL, 0, false);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    now_ms += 1000;
    ok(lookup_domain(lookup, span_of("x.example")) == domain && has_mx(MX_SERVFAIL, NULL),
       "a failure stays while a row is to be written with it");
    end();
}

/* Many other domains push the domain out of memory; then it is looked up again. */
static void push_out(void)
{
    char name[32];
    while (lookup_next_done(lookup) != NULL)
        ;
    domain->users = 0;
    for (int i = 0; i < 50000; i++) {
        snprintf(name, sizeof name, "[192.0.2.%d]", i);
        lookup_domain(lookup, span_of(name));
    }
    domain = lookup_domain(lookup, span_of("x.example"));
}

static void test_failure_in_file(void)
{
    begin(&usual);
    set_status(PACKET_SERVFAIL, 0, false);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    push_out();
    ok(has_mx(MX_SERVFAIL, NULL), "a failure that has left memory is still remembered");
    now_ms += 1000;
    ok(asks_again(), "and is asked for again when it is over");
    set_status(PACKET_NXDOMAIN, 0, false);
    lookup_answer(lookup, domain, ns_t_mx, &a, now_s);
    push_out();
    ok(has_mx(MX_NXDOMAIN, NULL), "the answer that then came is known, not the failure");
    end();
}

int main(void)
{
    test_failure();
    test_failed_host();
    test_failure_in_use();
    test_failure_in_file();
    test_all_repeated();
    test_ttl();
    test_late();
    test_parts();
    test_statuses();
    test_without_host();
    test_secure();
    test_base_domain();
    test_long_name();
    test_glue();
    test_shared_glue();
    return done();
}
