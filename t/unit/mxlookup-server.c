/*
 * How long to wait for a DNS server, and how long to leave a silent one alone. The waits are those
 * of RFC 6298 with its G of 100 ms; the rests are those of server.h.
 */
#include "mxlookup/server.h"

#include "tap.h"

#include <stddef.h>

/* Lets tries time out until the server rests. Returns how many that took. */
static int silence(struct server *s, int64_t now_ms)
{
    int tries = 0;
    while (tries < 100 && s->resting_till_ms <= now_ms) {
        server_was_silent(s, now_ms);
        tries++;
    }
    return tries;
}

static void test_patience(void)
{
    struct server s = {0};
    ok(server_patience(&s) == 300, "before the first answer the wait is 300 ms");
    server_answered(&s, 200);
    ok(server_patience(&s) == 600,
       "after an answer in 200 ms the wait is 200 + 4 * 100 ms (RFC 6298 2.2)");
    server_answered(&s, 200);
    ok(server_patience(&s) == 500, "after a second one it is 200 + 4 * 75 ms (RFC 6298 2.3)");
    server_answered(&s, 1000);
    ok(server_patience(&s) == 1325,
       "after one in 1,000 ms it is 300 + 4 * 256 ms, which is 1,325 in whole eighths");
    s = (struct server){0};
    server_answered(&s, 1);
    ok(server_patience(&s) == 100, "the wait is at least 100 ms");
    s = (struct server){0};
    server_answered(&s, 3000);
    ok(server_patience(&s) == 2000, "the wait is at most 2 s");
}

static void test_rests(void)
{
    static const int64_t rests[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    struct server s = {0};
    int64_t now_ms = 5000;
    ok(silence(&s, now_ms) == 20 && !server_try(&s, now_ms),
       "after 20 tries without an answer a server rests");
    size_t wrong = 0, many = 0, more = 0;
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        wrong += server_try(&s, now_ms + rests[i] - 1);
        now_ms += rests[i];
        wrong += !server_try(&s, now_ms);
        many += server_try(&s, now_ms);
        server_was_silent(&s, now_ms);
        more += server_try(&s, now_ms);
    }
    ok(wrong == 0, "the rests are 1, 2, 4, 8, 16, 30 and again 30 s");
    ok(many == 0, "at the end of a rest, one query goes out");
    ok(more == 0, "if that query is not answered, the next rest begins at once");
}

static void test_return(void)
{
    struct server s = {0};
    silence(&s, 0);
    server_answered(&s, 10);
    ok(server_try(&s, 1) && silence(&s, 1) == 20,
       "an answer ends the rest, and the server has 20 tries again");
    ok(!server_try(&s, 1000) && server_try(&s, 1001), "the next rest is 1 s again");
}

static void test_spelling(void)
{
    struct server s = {0};
    ok(server_spells(&s, PACKET_PLAIN_SPELLING) && server_spells(&s, PACKET_OTHER_SPELLING),
       "a server that does not keep the first capitals is believed");
    ok(server_spells(&s, PACKET_SAME_SPELLING) && server_spells(&s, PACKET_OTHER_SPELLING) &&
           s.letters == SERVER_CASE_LOST,
       "and stays so");
    s = (struct server){0};
    ok(server_spells(&s, PACKET_SAME_SPELLING) && !server_spells(&s, PACKET_OTHER_SPELLING) &&
           s.letters == SERVER_CASE_KEPT,
       "of a server that keeps them, an answer with others is not");
    ok(server_spells(&s, PACKET_PLAIN_SPELLING), "an answer to a query without capitals is");
}

int main(void)
{
    test_spelling();
    test_patience();
    test_rests();
    test_return();
    return done();
}
