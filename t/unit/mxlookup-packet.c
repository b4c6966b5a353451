/*
 * Tests DNS packets: queries, answers, forgeries, and answers cut short and damaged.
 */
#include "mxlookup/packet.h"

#include "dns.h"
#include "tap.h"

#include <stdlib.h>

/* An answer to example.org MX: 10 mx1.example.org, 20 mx2.example.org, with compression. */
static const unsigned char answer[] = {
    0x12, 0x34, 0x81, 0x80, 0,  1,   0,    2,   0, 0,    0,    1, 7,   'e',  'x', 'a',
    'm',  'p',  'l',  'e',  3,  'o', 'r',  'g', 0, 0,    15,   0, 1,   0xc0, 12,  0,
    15,   0,    1,    0,    0,  1,   0x2c, 0,   8, 0,    10,   3, 'm', 'x',  '1', 0xc0,
    12,   0xc0, 12,   0,    15, 0,   1,    0,   0, 1,    0x2c, 0, 8,   0,    20,  3,
    'm',  'x',  '2',  0xc0, 12, 0,   0,    41,  4, 0xd0, 0,    0, 0,   0,    0,   0};

static struct packet_answer a;

static bool read_bytes(const unsigned char *bytes, size_t n)
{
    return packet_read(bytes, n, "example.org", ns_t_mx, &a);
}

static void test_query(void)
{
    unsigned char out[PACKET_QUERY_LIMIT];
    size_t n = packet_query("example.org", ns_t_mx, 0xabcd, PACKET_EDNS, 0, out);
    ok(n == 40 && out[0] == 0xab && out[1] == 0xcd && out[2] == 1,
       "a query has the given id and asks for recursion");
    ok(n == 40 && out[11] == 1 && out[n - 9] == ns_t_opt, "a query ends with EDNS0");
    ok(out[3] == 0 && out[n - 4] == 0, "a query without DNSSEC sets neither AD nor DO");
    n = packet_query("example.org", ns_t_mx, 1, PACKET_DNSSEC, 0, out);
    ok(n == 40 && out[3] == 0x20, "a query with DNSSEC sets AD (RFC 6840 5.7)");
    /* The OPT record: root, type, size, extended RCODE, version, flags, length. */
    ok(n == 40 && out[n - 4] == 0x80 && out[n - 3] == 0 && out[n - 5] == 0 && out[n - 6] == 0,
       "a query with DNSSEC sets DO, the first bit of the flags (RFC 3225 3)");
    n = packet_query("example.org", ns_t_mx, 1, PACKET_PLAIN, 0, out);
    ok(n == 29 && out[11] == 0 && out[3] == 0, "a plain query has no EDNS0");
}

/* A query for the name, as packet_query() writes it, and its answer's spelling with a change. */
static enum packet_spelling spelling(const char *name, uint64_t capitals, size_t at, int change)
{
    unsigned char out[PACKET_QUERY_LIMIT];
    packet_query(name, ns_t_mx, 1, PACKET_EDNS, capitals, out);
    out[2] |= 0x80;
    out[at] = (unsigned char)(out[at] ^ change);
    bool read = packet_read(out, 12 + strlen(name) + 2 + 4, name, ns_t_mx, &a);
    return read ? packet_spelling(out, capitals) : (enum packet_spelling)(-1);
}

static void test_spelling(void)
{
    unsigned char out[PACKET_QUERY_LIMIT];
    packet_query("a-z.Org", ns_t_mx, 1, PACKET_EDNS, 1 << 1 | 1 << 6 | 1 << 7, out);
    ok(memcmp(out + 12, "\3A-z\3oRG", 9) == 0, "the letters have the case that was given");
    packet_query("A-Z.Org", ns_t_mx, 1, PACKET_EDNS, 0, out);
    ok(memcmp(out + 12, "\3a-z\3org", 9) == 0, "without capitals, all is in lower case");
    ok(spelling("example.org", 2, 0, 0) == PACKET_SAME_SPELLING, "a capital came back");
    ok(spelling("example.org", 1, 0, 0) == PACKET_PLAIN_SPELLING,
       "bit 0 is that of a length: there was no capital");
    ok(spelling("example.org", 2, 13, 0x20) == PACKET_OTHER_SPELLING,
       "a capital came back as a small letter");
    ok(spelling("example.org", 2, 14, 0x20) == PACKET_OTHER_SPELLING,
       "a small letter came back as a capital");
    ok(spelling("example.org", 0, 14, 0x20) == PACKET_OTHER_SPELLING,
       "the only capital was not sent");
    ok(spelling("example.org", 2, 23, 0x20) == PACKET_OTHER_SPELLING, "the last letter counts");
}

/* The longest name that DNS can hold has 253 bytes as text (RFC 1035 2.3.4). */
static void test_longest_query(void)
{
    unsigned char out[PACKET_QUERY_LIMIT];
    char name[256] = "";
    for (int i = 0; i < 127; i++)
        strcat(name, i < 126 ? "a." : "a");
    ok(packet_can_ask(name) &&
           packet_query(name, ns_t_mx, 1, PACKET_DNSSEC, 0, out) == 12 + 255 + 4 + 11,
       "a name of 253 bytes is asked for");
    strcat(name, "a");
    ok(!packet_can_ask(name) && packet_query(name, ns_t_mx, 1, PACKET_DNSSEC, 0, out) == 0,
       "a name of 254 bytes is not");
}

static void test_answer(void)
{
    ok(read_bytes(answer, sizeof answer) && a.status == PACKET_FOUND && a.count == 2,
       "two exchanges are read");
    ok(a.records[1].preference == 20 && strcmp(a.records[1].value, "mx2.example.org") == 0,
       "an exchange has a preference and a name");
    ok(packet_read(answer, sizeof answer, "EXAMPLE.org", ns_t_mx, &a), "case does not matter");
    ok(!packet_read(answer, sizeof answer, "example.net", ns_t_mx, &a),
       "an answer to another name is ignored");
    ok(!packet_read(answer, sizeof answer, "example.org", ns_t_a, &a),
       "an answer to another type is ignored");
}

/* Reads a copy of the answer with one byte changed. */
static bool read_changed(size_t at, unsigned char value)
{
    unsigned char copy[sizeof answer];
    memcpy(copy, answer, sizeof copy);
    copy[at] = value;
    return read_bytes(copy, sizeof copy);
}

static void test_header(void)
{
    ok(!read_changed(2, 0x01), "a query is not an answer");
    ok(!read_changed(2, 0x89), "another opcode is not an answer");
    ok(!read_changed(5, 2), "two questions are not an answer to ours");
    ok(!read_changed(28, 3), "another class is not an answer to ours");
    ok(read_changed(2, 0x83) && a.truncated, "TC is read");
    ok(read_changed(3, 0x83) && a.status == PACKET_NXDOMAIN, "NXDOMAIN is read");
    ok(read_changed(3, 0x82) && a.status == PACKET_SERVFAIL, "SERVFAIL is read");
    ok(read_changed(3, 0x85) && a.status == PACKET_REFUSED, "REFUSED is read");
    ok(read_changed(3, 0x84) && a.status == PACKET_SERVFAIL, "NOTIMP counts as SERVFAIL");
}

static void test_bare_error(void)
{
    unsigned char bare[12] = {0x12, 0x34, 0x80, ns_r_formerr};
    ok(read_bytes(bare, 12) && a.no_edns && a.status == PACKET_SERVFAIL,
       "FORMERR with a bare header is read (RFC 6891 7)");
    bare[3] = ns_r_notimpl;
    ok(read_bytes(bare, 12) && a.no_edns, "NOTIMP with a bare header is read");
    ok(!read_bytes(bare, 11), "a header that is cut short is not");
    for (int rcode = 0; rcode < 16; rcode++) {
        bare[3] = (unsigned char)rcode;
        if (rcode != ns_r_formerr && rcode != ns_r_notimpl)
            ok(!read_bytes(bare, 12), "RCODE %d with a bare header is ignored", rcode);
    }
    bare[3] = ns_r_formerr;
    bare[2] = 0;
    ok(!read_bytes(bare, 12), "a query with a bare header is ignored");
}

/* RFC 1035 4.1.1: the counts in the header tell where the message ends. */
static void test_trailing(void)
{
    unsigned char copy[sizeof answer + 5] = {0};
    memcpy(copy, answer, sizeof answer);
    ok(read_bytes(copy, sizeof answer + 1) && a.status == PACKET_FOUND && a.count == 2,
       "one byte after the message is ignored");
    ok(read_bytes(copy, sizeof copy) && a.status == PACKET_FOUND && a.count == 2,
       "five bytes after the message are ignored");
    copy[7] = 3;
    ok(read_bytes(copy, sizeof copy) && a.status == PACKET_SERVFAIL,
       "a record that is counted but is not there makes the message malformed");
}

/* Each packet has memory of exactly its own size, so that the sanitised build catches a read past
 * its end. */
static void test_hostile(void)
{
    static const unsigned char values[] = {0x00, 0x3f, 0xc0, 0xc1, 0xff};
    size_t found = 0;
    for (size_t n = 0; n < sizeof answer; n++) {
        unsigned char *copy = malloc(n > 0 ? n : 1);
        memcpy(copy, answer, n);
        found += read_bytes(copy, n) && a.status == PACKET_FOUND && n < sizeof answer - 11;
        free(copy);
    }
    ok(found == 0, "an answer that is cut short finds nothing");
    for (size_t i = 0; i < sizeof answer; i++)
        for (size_t v = 0; v < sizeof values; v++) {
            read_changed(i, values[v]);
            for (size_t r = 0; r < a.count; r++)
                found += memchr(a.records[r].value, '\0', sizeof a.records[r].value) == NULL;
        }
    ok(found == 0, "with every byte set to five values, all names end");
}

static void test_loop(void)
{
    static const unsigned char loop[] = {0x12, 0x34, 0x81, 0x80, 0,   1,    0,   1,    0,    0, 0,
                                         0,    7,    'e',  'x',  'a', 'm',  'p', 'l',  'e',  3, 'o',
                                         'r',  'g',  0,    0,    15,  0,    1,   0xc0, 12,   0, 5,
                                         0,    1,    0,    0,    1,   0x2c, 0,   2,    0xc0, 12};
    ok(read_bytes(loop, sizeof loop) && a.status == PACKET_SERVFAIL,
       "an alias to itself is SERVFAIL");
}

static struct dns d;

static void begin(unsigned rcode)
{
    dns_begin(&d, 1, 0x8180 | rcode, "example.org", ns_t_mx);
}

static void add_mx(const char *owner, uint32_t ttl_s)
{
    dns_add(&d, ns_s_an, owner, ns_t_mx, ttl_s, 10, 2, "mx.example");
}

static void add_alias(uint32_t ttl_s)
{
    dns_add(&d, ns_s_an, "example.org", ns_t_cname, ttl_s, 0, 0, "other.example");
}

/* True if what was put together is read with this status and TTL. */
static bool lasts(enum packet_status status, uint32_t ttl_s)
{
    bool good = read_bytes(d.bytes, d.n) && a.status == status && a.ttl_s == ttl_s;
    if (!good)
        printf("# status %d, TTL %u\n", (int)a.status, (unsigned)a.ttl_s);
    return good;
}

static void test_ttl(void)
{
    begin(0);
    add_mx("example.org", 300);
    add_mx("example.org", 200);
    add_mx("example.org", 400);
    ok(lasts(PACKET_FOUND, 200), "an answer has the shortest TTL of its records");
    begin(0);
    add_mx("example.org", 0x7fffffff);
    ok(lasts(PACKET_FOUND, 0x7fffffff), "a TTL of 2^31 - 1 is read");
    begin(0);
    add_mx("example.org", 0x80000000);
    ok(lasts(PACKET_FOUND, 0), "a TTL of 2^31 is 0 (RFC 2181 8)");
    begin(0);
    add_mx("example.org", 300);
    add_mx("example.net", 5);
    ok(lasts(PACKET_FOUND, 300) && a.count == 1, "a record of another name does not count");
    begin(0);
    add_alias(60);
    add_mx("other.example", 300);
    ok(lasts(PACKET_FOUND, 60) && a.aliased && strcmp(a.canonical, "other.example") == 0,
       "the TTL of an alias counts, and its target is the canonical name");
    begin(0);
    add_alias(60);
    ok(lasts(PACKET_NODATA, 60) && strcmp(a.next, "other.example") == 0,
       "an alias that the server did not follow is to be asked for, and its TTL counts");
}

static void test_negative_ttl(void)
{
    begin(ns_r_nxdomain);
    ok(lasts(PACKET_NXDOMAIN, 0), "NXDOMAIN without an SOA is not kept (RFC 2308 5)");
    begin(0);
    ok(lasts(PACKET_NODATA, 0), "NODATA without an SOA is not kept");
    begin(ns_r_nxdomain);
    dns_add_soa(&d, "org", 300, 60);
    ok(lasts(PACKET_NXDOMAIN, 60), "NXDOMAIN is kept for the last field of the SOA");
    begin(ns_r_nxdomain);
    dns_add_soa(&d, "org", 60, 300);
    ok(lasts(PACKET_NXDOMAIN, 60), "NXDOMAIN is kept for the TTL of the SOA if that is shorter");
    begin(0);
    add_alias(30);
    dns_add_soa(&d, "example", 60, 300);
    ok(lasts(PACKET_NODATA, 30) && a.next[0] == '\0',
       "NODATA of an alias is kept for the TTL of the alias if that is shorter");
    begin(ns_r_nxdomain);
    add_alias(30);
    dns_add_soa(&d, "example", 60, 300);
    ok(lasts(PACKET_NXDOMAIN, 30) && a.aliased,
       "NXDOMAIN of an alias is kept for the TTL of the alias if that is shorter (RFC 2308 2.1)");
    begin(ns_r_servfail);
    dns_add_soa(&d, "org", 60, 300);
    ok(lasts(PACKET_SERVFAIL, 0), "SERVFAIL is not kept");
}

/* Adds an address of a host to the additional section. */
static void add_glue(const char *host, uint32_t ttl_s)
{
    dns_add(&d, ns_s_ar, host, ns_t_a, ttl_s, 0x08080808, 4, NULL);
}

static void test_glue(void)
{
    begin(0);
    add_mx("example.org", 300);
    add_glue("example.org", 60);
    add_glue("MX.Example.ORG", 0x80000000);
    add_glue("mx.example.net", 60);
    add_glue("badexample.org", 60);
    add_glue("org", 60);
    ok(read_bytes(d.bytes, d.n) && a.glue_count == 2 &&
           strcmp(a.glue[0].host, "example.org") == 0 &&
           strcmp(a.glue[1].host, "MX.Example.ORG") == 0,
       "of the additional section, only hosts at or under the name that was asked for are read");
    ok(a.glue[0].ttl_s == 60 && a.glue[1].ttl_s == 0, "each with its TTL (RFC 2181 8)");
    begin(0);
    add_alias(60);
    add_mx("other.example", 300);
    add_glue("mx.other.example", 60);
    ok(read_bytes(d.bytes, d.n) && a.count == 1 && a.glue_count == 0,
       "a host under the name's alias is not under the name");
}

static void test_flags(void)
{
    begin(0);
    add_mx("example.org", 300);
    ok(read_bytes(d.bytes, d.n) && !a.secure, "without AD an answer was not validated");
    d.bytes[3] |= 0x20;
    ok(read_bytes(d.bytes, d.n) && a.secure, "with AD an answer was validated");
    begin(0);
    add_mx("example.org", 300);
    size_t second = d.n;
    add_mx("example.org", 300);
    d.bytes[second + 16] = ns_c_chaos;
    ok(read_bytes(d.bytes, d.n) && a.count == 1, "a record of another class does not count");
    begin(0);
    size_t first = d.n;
    add_alias(60);
    add_mx("other.example", 300);
    d.bytes[first + 16] = ns_c_chaos;
    ok(read_bytes(d.bytes, d.n) && a.count == 0, "nor does an alias of another class");
}

/* Reads a TLSA record of that many bytes. */
static bool reads_tlsa(size_t length)
{
    dns_begin(&d, 1, 0x8180, "x.example", (ns_type)PACKET_TYPE_TLSA);
    dns_add(&d, ns_s_an, "x.example", (ns_type)PACKET_TYPE_TLSA, 300, 0x030101, 3, NULL);
    size_t start = d.n - 3;
    while (d.n < start + length)
        dns_put(&d, 0xab, 1);
    d.n = start + length;
    d.bytes[start - 2] = (unsigned char)(length >> 8);
    d.bytes[start - 1] = (unsigned char)length;
    return packet_read(d.bytes, d.n, "x.example", (ns_type)PACKET_TYPE_TLSA, &a) && a.count == 1;
}

static void test_tlsa(void)
{
    ok(reads_tlsa(5) && strcmp(a.records[0].value, "3:1:1:abab") == 0, "a TLSA record is read");
    ok(reads_tlsa(PACKET_TLSA_MOST) && strlen(a.records[0].value) == 6 + 2 * 497,
       "the longest TLSA record is read");
    ok(!reads_tlsa(PACKET_TLSA_MOST + 1), "a TLSA record of one byte more is dropped");
    ok(reads_tlsa(4) && !reads_tlsa(3), "a TLSA record without data is dropped");
    ok(a.status == PACKET_SERVFAIL,
       "a record that cannot be read does not deny that there are any");
}

/* A packet that a real server sent; in the file SERVER NAME TYPE STATUS RECORDS HEX, separated by
 * TABs. */
struct real {
    char server[16], name[256];
    int type;
    char status[16];
    size_t records;
    unsigned char bytes[4096];
    size_t n;
};

static bool next_real(FILE *f, struct real *r)
{
    char type[8], hex[2 * sizeof r->bytes + 1];
    if (fscanf(f, "%15s %255s %7s %15s %zu %8192s", r->server, r->name, type, r->status,
               &r->records, hex) != 6)
        return false;
    r->type = strcmp(type, "MX") == 0     ? ns_t_mx
              : strcmp(type, "A") == 0    ? ns_t_a
              : strcmp(type, "AAAA") == 0 ? ns_t_aaaa
                                          : PACKET_TYPE_TLSA;
    r->n = strlen(hex) / 2;
    for (size_t i = 0; i < r->n; i++)
        sscanf(hex + 2 * i, "%2hhx", &r->bytes[i]);
    return true;
}

/* Reads `n` bytes from memory of exactly that size; true if every string has its NUL. */
static bool read_part(const struct real *r, const unsigned char *bytes, size_t n)
{
    unsigned char *copy = malloc(n > 0 ? n : 1);
    bool good = true;
    memcpy(copy, bytes, n);
    if (packet_read(copy, n, r->name, (ns_type)r->type, &a))
        for (size_t i = 0; i < a.count; i++)
            good = good && memchr(a.records[i].value, '\0', sizeof a.records[i].value) != NULL;
    free(copy);
    return good;
}

static const char *status_word(void)
{
    static const char *const words[] = {"found", "nodata", "nxdomain", "servfail", "refused"};
    return a.truncated ? "truncated" : a.next[0] != '\0' ? "alias" : words[a.status];
}

static void test_one_real(struct real *r)
{
    static const unsigned char values[] = {0x00, 0x3f, 0xc0, 0xc1, 0xff};
    bool good;
    good = packet_read(r->bytes, r->n, r->name, (ns_type)r->type, &a);
    ok(good && strcmp(status_word(), r->status) == 0 && a.count == r->records,
       "%s, %.40s: %s, %zu records (%s, %zu)", r->server, r->name, r->status, r->records,
       status_word(), a.count);
    good = true;
    for (size_t n = 0; n < r->n; n++)
        good = good && read_part(r, r->bytes, n);
    for (size_t i = 0; i < r->n; i++) {
        unsigned char kept = r->bytes[i];
        for (size_t v = 0; v < sizeof values; v++) {
            r->bytes[i] = values[v];
            good = good && read_part(r, r->bytes, r->n);
        }
        r->bytes[i] = kept;
    }
    ok(good, "cut at every length, or with any byte set to five values, it is read safely");
}

/* Answers of Knot, NSD, BIND and Unbound, as they were received. */
static void test_real(void)
{
    static struct real r;
    FILE *f = fopen("t/unit/mxlookup-packet.tsv", "r");
    size_t count = 0;
    for (; f != NULL && next_real(f, &r); count++)
        test_one_real(&r);
    ok(count >= 50, "there are %zu real packets", count);
    if (f != NULL)
        fclose(f);
}

int main(void)
{
    test_query();
    test_spelling();
    test_longest_query();
    test_answer();
    test_header();
    test_bare_error();
    test_trailing();
    test_hostile();
    test_loop();
    test_ttl();
    test_negative_ttl();
    test_glue();
    test_flags();
    test_tlsa();
    test_real();
    return done();
}
