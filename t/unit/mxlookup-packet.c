/*
 * Tests DNS packets: queries, answers, forgeries, and answers cut short and damaged.
 */
#include "mxlookup/packet.h"

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
    size_t n = packet_query("example.org", ns_t_mx, 0xabcd, PACKET_EDNS, out);
    ok(n == 40 && out[0] == 0xab && out[1] == 0xcd && out[2] == 1,
       "a query has the given id and asks for recursion");
    ok(n == 40 && out[11] == 1 && out[n - 9] == ns_t_opt, "a query ends with EDNS0");
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
    test_answer();
    test_header();
    test_hostile();
    test_loop();
    test_real();
    return done();
}
