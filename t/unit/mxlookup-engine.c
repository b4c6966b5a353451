/* Tests the engine against a simulated network: nothing here waits. Times are milliseconds. */
#include "mxlookup/engine.h"

#include "tap.h"

#include <stdlib.h>

/* How the servers behave. */
struct network {
    int64_t delay;
    int loss; /* percent of the queries, both ways together */
    bool dead[ENGINE_SERVERS];
    int rcode[ENGINE_SERVERS];
    bool truncates; /* every answer by UDP */
    unsigned seed;
};

enum { IN_FLIGHT = 4096 };

static struct {
    int64_t due_ms;
    struct channel channel;
    unsigned char bytes[PACKET_QUERY_LIMIT];
    size_t n;
} flight[IN_FLIGHT];
static size_t flying, streams, most_streams;

static void send_packet(struct network *n, const struct engine_packet *p, int64_t now_ms)
{
    if (n->dead[p->channel.server] || rand_r(&n->seed) % 100 < n->loss || flying == IN_FLIGHT)
        return;
    flight[flying].due_ms = now_ms + n->delay;
    flight[flying].channel = p->channel;
    memcpy(flight[flying].bytes, p->bytes, p->n);
    bool tcp = p->channel.socket == ENGINE_SOCKETS;
    flight[flying].bytes[2] |= n->truncates && !tcp ? 0x82 : 0x80;
    streams += tcp;
    most_streams = streams > most_streams ? streams : most_streams;
    flight[flying].bytes[3] = (unsigned char)(0x80 | n->rcode[p->channel.server]);
    flight[flying++].n = p->n;
}

static void deliver(struct engine *e, int64_t now_ms)
{
    for (size_t i = flying; i-- > 0;)
        if (flight[i].due_ms <= now_ms) {
            const struct packet_answer *a;
            ns_type type;
            engine_receive(e, now_ms, flight[i].channel, flight[i].bytes, flight[i].n);
            streams -= flight[i].channel.socket == ENGINE_SOCKETS;
            flight[i] = flight[--flying];
            size_t *owner = engine_next_answer(e, &type, &a);
            if (owner != NULL)
                owner[a->status]++;
        }
}

struct result {
    size_t by_status[PACKET_TIMEOUT + 1];
    int64_t took_ms;
    size_t packets, to_server[ENGINE_SERVERS];
};

/* Asks `questions` queries, in steps of one millisecond, until all are answered. */
static struct result run(struct network *n, size_t questions, const struct engine_options *options)
{
    struct engine *e = engine_new(options);
    struct engine_packet p;
    const struct packet_answer *a;
    struct result r = {.took_ms = 0};
    ns_type type;
    size_t *owner;
    int64_t now_ms = 1000;
    flying = 0;
    for (size_t i = 0; i < questions; i++)
        engine_ask(e, "example.org", ns_t_mx, r.by_status);
    for (; engine_pending(e) > 0 && now_ms < 1000000; now_ms++) {
        deliver(e, now_ms);
        while (engine_next_packet(e, now_ms, &p)) {
            r.packets++;
            r.to_server[p.channel.server]++;
            send_packet(n, &p, now_ms);
        }
        while ((owner = engine_next_answer(e, &type, &a)) != NULL)
            owner[a->status]++;
    }
    r.took_ms = now_ms - 1000;
    engine_free(e);
    return r;
}

static const struct engine_options usual = {
    .servers = 1, .sockets = 2, .window = 500, .timeout_ms = 5000, .tries = 8};

static void test_no_loss(void)
{
    struct network n = {.delay = 20};
    struct result r = run(&n, 5000, &usual);
    ok(r.by_status[PACKET_NODATA] == 5000, "all are answered");
    ok(r.packets == 5000, "each is asked once");
    ok(r.took_ms < 300, "500 are in flight at a time");
}

static void test_loss(void)
{
    struct network n = {.delay = 20, .loss = 10, .seed = 1};
    struct result r = run(&n, 5000, &usual);
    ok(r.by_status[PACKET_NODATA] == 5000, "all are answered though a tenth is lost");
    ok(r.took_ms < 1500, "loss delays little (%jd ms)", (intmax_t)r.took_ms);
    ok(r.packets < 6500, "loss costs few packets (%zu)", r.packets);
}

static void test_dead_server(void)
{
    struct engine_options options = usual;
    struct network n = {.delay = 20, .dead = {[1] = true}};
    options.servers = 3;
    struct result r = run(&n, 20000, &options);
    ok(r.by_status[PACKET_NODATA] == 20000, "one of three servers is dead: all are answered");
    ok(r.to_server[1] < 1000, "a dead server is soon left alone (%zu packets)", r.to_server[1]);
    struct network all = {.dead = {true, true, true}};
    r = run(&all, 10, &options);
    ok(r.by_status[PACKET_TIMEOUT] == 10, "all servers are dead: all queries time out");
    ok(r.took_ms > 5000 && r.took_ms < 16000, "the last try waits for the whole timeout (%jd ms)",
       (intmax_t)r.took_ms);
}

static void test_temporary(void)
{
    struct engine_options options = usual;
    struct network n = {.delay = 5, .rcode = {ns_r_servfail}};
    struct result r = run(&n, 10, &options);
    ok(r.by_status[PACKET_SERVFAIL] == 10 && r.packets == 30, "SERVFAIL is asked again twice");
    options.servers = 2;
    r = run(&n, 10, &options);
    ok(r.by_status[PACKET_NODATA] == 10, "after SERVFAIL another server is asked, which answers");
    n.rcode[1] = ns_r_refused;
    r = run(&n, 10, &options);
    ok(r.by_status[PACKET_SERVFAIL] == 10, "of SERVFAIL and REFUSED the better one is reported");
    n.dead[1] = true;
    r = run(&n, 10, &options);
    ok(r.by_status[PACKET_SERVFAIL] == 10, "a time-out does not replace SERVFAIL");
    n = (struct network){.delay = 5, .rcode = {ns_r_formerr}};
    r = run(&n, 1, &usual);
    ok(r.by_status[PACKET_SERVFAIL] == 1 && r.packets == 4,
       "after FORMERR the query is sent again without EDNS0");
}

static void test_rate(void)
{
    struct engine_options options = usual;
    struct network n = {.delay = 1};
    options.rate = 1000;
    struct result r = run(&n, 2000, &options);
    ok(r.took_ms > 1900 && r.took_ms < 2200, "a rate of 1,000 a second holds (%jd ms for 2,000)",
       (intmax_t)r.took_ms);
}

/* A late answer to an earlier try counts; one to a query that has ended does nothing. */
static void test_late(void)
{
    struct engine_options options = usual;
    struct network n = {.delay = 450};
    struct result r = run(&n, 50, &options);
    ok(r.by_status[PACKET_NODATA] == 50 && r.took_ms < 500,
       "a late answer to the first try counts");
}

static void test_truncated(void)
{
    struct network n = {.delay = 20, .truncates = true};
    struct result r = run(&n, 1000, &usual);
    ok(r.by_status[PACKET_NODATA] == 1000 && r.packets == 2000,
       "a truncated answer is asked for again by TCP");
    ok(most_streams == ENGINE_STREAMS, "%d queries go by TCP at once", (int)most_streams);
}

int main(void)
{
    test_no_loss();
    test_loss();
    test_dead_server();
    test_temporary();
    test_rate();
    test_late();
    test_truncated();
    return done();
}
