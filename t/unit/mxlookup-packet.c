/*
 * DNS packets: queries, answers, forgeries, and everything cut and broken.
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
    ok(n == 40 && out[11] == 1 && out[n - 9] == ns_t_opt, "and EDNS0 behind it");
}

static void test_answer(void)
{
    ok(read_bytes(answer, sizeof answer) && a.status == PACKET_FOUND && a.count == 2,
       "two exchanges are read");
    ok(a.records[1].preference == 20 && strcmp(a.records[1].value, "mx2.example.org") == 0,
       "with preference and name");
    ok(packet_read(answer, sizeof answer, "EXAMPLE.org", ns_t_mx, &a), "case does not matter");
    ok(!packet_read(answer, sizeof answer, "example.net", ns_t_mx, &a),
       "an answer to another name is ignored");
    ok(!packet_read(answer, sizeof answer, "example.org", ns_t_a, &a),
       "an answer to another type is ignored");
}

/* A copy of the answer with one byte changed. */
static bool read_changed(size_t at, unsigned char value)
{
    unsigned char copy[sizeof answer];
    memcpy(copy, answer, sizeof copy);
    copy[at] = value;
    return read_bytes(copy, sizeof copy);
}

static void test_header(void)
{
    ok(!read_changed(2, 0x01), "a query is no answer");
    ok(!read_changed(2, 0x89), "another opcode is no answer");
    ok(!read_changed(5, 2), "two questions are no answer of ours");
    ok(!read_changed(28, 3), "another class is no answer of ours");
    ok(read_changed(2, 0x83) && a.truncated, "TC is seen");
    ok(read_changed(3, 0x83) && a.status == PACKET_NXDOMAIN, "NXDOMAIN");
    ok(read_changed(3, 0x82) && a.status == PACKET_SERVFAIL, "SERVFAIL");
    ok(read_changed(3, 0x85) && a.status == PACKET_REFUSED, "REFUSED");
    ok(read_changed(3, 0x84) && a.status == PACKET_SERVFAIL, "NOTIMP counts as SERVFAIL");
}

/* The sanitised build sees what reads too far. The packet stands at the end of its own memory. */
static void test_hostile(void)
{
    static const unsigned char values[] = {0x00, 0x3f, 0xc0, 0xc1, 0xff};
    size_t found = 0;
    for (size_t n = 0; n < sizeof answer; n++) {
        unsigned char *copy =
            malloc(n > 0 ? n : 1); /* of its own size, so that the sanitiser sees a byte too far */
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
    ok(found == 0, "every byte set to five values: no crash, all names end");
}

static void test_loop(void)
{
    static const unsigned char loop[] = {0x12, 0x34, 0x81, 0x80, 0,   1,    0,   1,    0,    0, 0,
                                         0,    7,    'e',  'x',  'a', 'm',  'p', 'l',  'e',  3, 'o',
                                         'r',  'g',  0,    0,    15,  0,    1,   0xc0, 12,   0, 5,
                                         0,    1,    0,    0,    1,   0x2c, 0,   2,    0xc0, 12};
    ok(read_bytes(loop, sizeof loop) && a.status == PACKET_SERVFAIL, "an alias to itself ends");
}

int main(void)
{
    test_query();
    test_answer();
    test_header();
    test_hostile();
    test_loop();
    return done();
}
