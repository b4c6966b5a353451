/* Tests the engine against a simulated network: nothing here waits. Times are milliseconds. */
#include "mxlookup/engine.h"

#include "dns.h"
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

/* The latest packet that the engine sent, and the answer to its one query. */
static struct engine_packet sent;
static const struct packet_answer *got;

static struct engine *begin(const struct engine_options *options)
{
    static int owner;
    struct engine *e = engine_new(options);
    engine_ask(e, "example.org", ns_t_mx, &owner);
    return e;
}

static bool sends(struct engine *e, int64_t now_ms)
{
    return engine_next_packet(e, now_ms, &sent);
}

/* Answers a packet with `d`, which gets its id. True if that ends the query. */
static bool answers(struct engine *e, int64_t now_ms, const struct engine_packet *p, struct dns *d)
{
    ns_type type;
    memcpy(d->bytes, p->bytes, 2);
    engine_receive(e, now_ms, p->channel, d->bytes, d->n);
    return engine_next_answer(e, &type, &got) != NULL;
}

/* RFC 6891 7: a server that knows no EDNS0 may send back a header with FORMERR alone. */
static void test_bare_error(void)
{
    struct dns d = {.bytes = {0, 0, 0x80, ns_r_formerr}, .n = 12};
    struct engine *e = begin(&usual);
    ok(sends(e, 1000) && sent.n == 40 && !answers(e, 1010, &sent, &d),
       "FORMERR with a bare header does not end a query");
    ok(sends(e, 1010) && sent.n == 29, "it is sent again at once, without EDNS0");
    dns_begin(&d, 0, 0x8183, "example.org", ns_t_mx);
    ok(answers(e, 1020, &sent, &d) && got->status == PACKET_NXDOMAIN, "the answer to that counts");
    engine_free(e);
}

static void test_too_long(void)
{
    static int owner;
    char name[300] = "_25._tcp.";
    ns_type type;
    struct engine *e = engine_new(&usual);
    while (strlen(name) < 254)
        strcat(name, "abcd.");
    strcat(name, "x");
    engine_ask(e, name, (ns_type)PACKET_TYPE_TLSA, &owner);
    ok(!sends(e, 1000) && engine_unsent(e) == 0, "nothing is sent for a name that is too long");
    ok(engine_next_answer(e, &type, &got) == &owner && got->status == PACKET_NXDOMAIN &&
           engine_pending(e) == 0,
       "it does not exist");
    engine_free(e);
}

/* Sends every try at the time that the engine names, and notes them in `tries` with their times.
 * Returns how many there were until the query ended. */
static size_t send_all(struct engine *e, size_t most, struct engine_packet tries[], int64_t at_ms[])
{
    size_t count = 0;
    int64_t now_ms = 1000;
    for (; engine_pending(e) > 0 && now_ms >= 0; now_ms = engine_deadline(e)) {
        ns_type type;
        while (count < most && sends(e, now_ms)) {
            at_ms[count] = now_ms - 1000;
            tries[count++] = sent;
        }
        if (count == most || engine_next_answer(e, &type, &got) != NULL)
            break;
    }
    at_ms[count] = now_ms - 1000;
    return count;
}

/* Asks for example.org, whose server stops at an alias with the first flags and TTL, and for the
 * alias, whose server answers with the second ones. */
static void ask_by_alias(unsigned first, uint32_t first_ttl_s, unsigned second,
                         uint32_t second_ttl_s)
{
    struct engine_options options = usual;
    struct dns d;
    options.dnssec = true;
    struct engine *e = begin(&options);
    bool good = sends(e, 1000);
    dns_begin(&d, 0, 0x8180 | first, "example.org", ns_t_mx);
    dns_add(&d, ns_s_an, "example.org", ns_t_cname, first_ttl_s, 0, 0, "other.example");
    good = good && !answers(e, 1010, &sent, &d) && sends(e, 1010);
    dns_begin(&d, 0, 0x8180 | second, "other.example", ns_t_mx);
    dns_add(&d, ns_s_an, "other.example", ns_t_mx, second_ttl_s, 10, 2, "mx.example");
    good = good && answers(e, 1020, &sent, &d);
    ok(good && got->status == PACKET_FOUND && got->aliased &&
           strcmp(got->canonical, "other.example") == 0,
       "an alias that the server did not follow is asked for");
    ok(good && got->ttl_s == (first_ttl_s < second_ttl_s ? first_ttl_s : second_ttl_s),
       "the answer has the shorter TTL of %u and %u", (unsigned)first_ttl_s,
       (unsigned)second_ttl_s);
    ok(good && got->secure == ((first & second & 0x20) != 0),
       "the answer is validated if both are (%x, %x)", first, second);
    engine_free(e);
}

static void test_alias(void)
{
    ask_by_alias(0x20, 300, 0x20, 60);
    ask_by_alias(0, 60, 0x20, 300);
    ask_by_alias(0x20, 300, 0, 300);
}

/* With waits of 300 ms: three tries wait that long, each later one twice as long as the one before,
 * up to the timeout, and the last one waits for the whole timeout. */
static void test_waits(void)
{
    static const int64_t expected[] = {0, 300, 600, 900, 1500, 2700, 5100, 9900, 14900};
    static struct engine_packet tries[20];
    int64_t at_ms[21];
    struct engine *e = begin(&usual);
    size_t count = send_all(e, 20, tries, at_ms), wrong = 0;
    for (size_t i = 0; i <= count && i < 9; i++)
        wrong += at_ms[i] != expected[i];
    ok(count == 8 && wrong == 0, "the waits double after the third try, up to the timeout");
    engine_free(e);
}

/* The one of two sockets by which a query did not go out. */
enum { OTHER_SOCKET = 2 };

/* Sends eight tries, then answers one of them, on its own channel or another one. */
static bool counts(size_t try, struct channel *other)
{
    static struct engine_packet tries[8];
    int64_t at_ms[9];
    struct dns d;
    struct engine *e = begin(&usual);
    size_t count = send_all(e, 8, tries, at_ms);
    dns_begin(&d, 0, 0x8180, "example.org", ns_t_mx);
    if (other != NULL && other->socket == OTHER_SOCKET)
        tries[try].channel.socket ^= 1;
    else if (other != NULL)
        tries[try].channel = *other;
    bool counted = count == 8 && answers(e, 1000 + at_ms[7], &tries[try], &d);
    engine_free(e);
    return counted;
}

static void test_tries(void)
{
    ok(counts(7, NULL) && counts(6, NULL) && counts(5, NULL) && counts(4, NULL),
       "an answer to any of the latest four tries counts");
    ok(!counts(3, NULL) && !counts(0, NULL), "an answer to an earlier try does not count");
    ok(!counts(7, &(struct channel){0, OTHER_SOCKET}),
       "an answer on another socket does not count");
    ok(!counts(7, &(struct channel){0, ENGINE_SOCKETS}) && !counts(7, &(struct channel){1, 1}),
       "an answer by TCP to a try by UDP, or from another server, does not count");
}

/* The answer that repeats the question, letter by letter. */
static void echo(struct dns *d, const struct engine_packet *p, unsigned flags)
{
    *d = (struct dns){.n = p->n - 11};
    memcpy(d->bytes, p->bytes, d->n);
    d->bytes[2] = (unsigned char)(flags >> 8);
    d->bytes[3] = (unsigned char)flags;
    d->bytes[11] = 0;
}

static bool has_capital(const struct engine_packet *p)
{
    for (size_t i = 13; i < 24; i++)
        if (p->bytes[i] >= 'A' && p->bytes[i] <= 'Z')
            return true;
    return false;
}

/* An engine with that many queries. */
static struct engine *begin_many(const struct engine_options *options, int count)
{
    static int owner;
    struct engine *e = engine_new(options);
    for (int i = 0; i < count; i++)
        engine_ask(e, "example.org", ns_t_mx, &owner);
    return e;
}

static void test_case(void)
{
    struct dns d;
    struct engine *e = begin_many(&usual, 40);
    size_t capitals = 0, different = 0;
    struct engine_packet last = {.n = 0};
    for (int i = 0; i < 20; i++) {
        sends(e, 1000);
        capitals += has_capital(&sent);
        different += last.n > 0 && memcmp(last.bytes + 12, sent.bytes + 12, 13) != 0;
        last = sent;
    }
    /* By chance, one in 1,024 has no capital, and is the same as another. */
    ok(capitals >= 17 && different >= 16, "the case of letters is random (%zu)", different);
    dns_begin(&d, 0, 0x8183, "example.org", ns_t_mx);
    ok(answers(e, 1010, &last, &d) && got->status == PACKET_NXDOMAIN,
       "a server that does not keep it is believed");
    capitals = 0;
    while (sends(e, 1010))
        capitals += has_capital(&sent);
    ok(capitals == 0, "and gets lower case from then on");
    engine_free(e);
}

/* The server has kept the case. Somebody has guessed the id and the port. */
static void test_forged_case(void)
{
    struct dns d;
    struct engine *e = begin_many(&usual, 40);
    for (int i = 0; i < 20; i++) {
        sends(e, 1000);
        echo(&d, &sent, 0x8180);
        answers(e, 1000, &sent, &d);
    }
    do
        sends(e, 1010);
    while (!has_capital(&sent));
    struct engine_packet first = sent;
    dns_begin(&d, 0, 0x8183, "example.org", ns_t_mx);
    ok(!answers(e, 1011, &first, &d), "an answer in another case is not believed");
    ok(sends(e, 1011) && sent.channel.socket == ENGINE_SOCKETS && !has_capital(&sent),
       "the query goes by TCP");
    echo(&d, &first, 0x8183);
    ok(!answers(e, 1012, &first, &d), "no answer by UDP counts then");
    echo(&d, &sent, 0x8180);
    ok(answers(e, 1013, &sent, &d) && got->status == PACKET_NODATA, "the one by TCP does");
    engine_free(e);
}

/* RFC 5452 9.2: ports that nobody can predict. */
static void test_ports(void)
{
    struct engine_options options = usual;
    struct dns d;
    enum { TURNS = 20 };
    size_t fresh = 0, turns = 0, used[8] = {0}, different = 0;
    options.sockets = 8;
    struct engine *e = begin_many(&options, TURNS * ENGINE_TURN);
    for (size_t i = 0; i < TURNS * ENGINE_TURN && sends(e, 1000); i++) {
        fresh += sent.fresh;
        turns += sent.fresh && i % ENGINE_TURN == 0;
        used[sent.channel.socket]++;
        echo(&d, &sent, 0x8180);
        answers(e, 1000, &sent, &d);
    }
    for (size_t i = 0; i < 8; i++)
        different += used[i] > 0;
    ok(fresh == TURNS && turns == TURNS, "each %d queries have a port of their own (%zu)",
       (int)ENGINE_TURN, fresh);
    ok(different >= 4, "their sockets are chosen at random (%zu of 8 in %d turns)", different,
       (int)TURNS);
    engine_free(e);
    options.window = 40 * ENGINE_TURN;
    e = begin_many(&options, 40 * ENGINE_TURN);
    for (fresh = 0; sends(e, 1000);)
        fresh += sent.fresh;
    ok(fresh == 8, "a socket keeps its port while one of its queries is open (%zu)", fresh);
    engine_free(e);
}

/* With two tries: the first is cut off, and goes on by TCP, which is silent. */
static void test_tcp(void)
{
    struct engine_options options = usual;
    struct dns d;
    options.tries = 2;
    options.servers = 3;
    struct engine *e = begin(&options);
    bool good = sends(e, 1000);
    size_t server = sent.channel.server;
    dns_begin(&d, 0, 0x8380, "example.org", ns_t_mx);
    good = good && !answers(e, 1010, &sent, &d) && sends(e, 1010) &&
           sent.channel.socket == ENGINE_SOCKETS;
    ok(good && sent.channel.server == server,
       "a truncated answer is asked for again by TCP, of the same server");
    ok(!sends(e, 6009) && engine_pending(e) == 1, "a try by TCP has the whole timeout");
    ok(sends(e, 6010) && sent.channel.socket == ENGINE_SOCKETS,
       "the packets by UDP and by TCP are one try: there is a second one");
    ok(sent.channel.server != server, "which goes to another server");
    engine_free(e);
}

/* Lets the server cut off its answer, and sends the try by TCP. */
static struct engine *go_to_tcp(const struct engine_options *options)
{
    struct dns d;
    struct engine *e = begin(options);
    dns_begin(&d, 0, 0x8380, "example.org", ns_t_mx);
    ok(sends(e, 1000) && !answers(e, 1010, &sent, &d) && sends(e, 1010) &&
           sent.channel.socket == ENGINE_SOCKETS,
       "the query goes by TCP");
    return e;
}

static void end_connection(struct engine *e, int64_t now_ms, const struct engine_packet *p)
{
    engine_connection_ended(e, now_ms, p->channel, packet_id(p->bytes));
}

/* Connections that are refused, or closed before the answer. */
static void test_tcp_ended(void)
{
    struct engine_options options = usual;
    struct dns d;
    options.servers = 2;
    struct engine *e = go_to_tcp(&options);
    struct engine_packet first = sent;
    end_connection(e, 1011, &first);
    ok(sends(e, 1011) && sent.channel.socket == ENGINE_SOCKETS &&
           sent.channel.server != first.channel.server,
       "if a connection fails, the next server is asked at once");
    end_connection(e, 1012, &first);
    ok(!sends(e, 1012), "the end of an earlier connection changes nothing");
    dns_begin(&d, 0, 0x8180, "example.org", ns_t_mx);
    ok(answers(e, 1020, &sent, &d), "the answer of the other server counts");
    end_connection(e, 1020, &sent);
    ok(!sends(e, 1020) && engine_pending(e) == 0, "the end of an answered connection does nothing");
    engine_free(e);
    e = go_to_tcp(&usual);
    end_connection(e, 1011, &sent);
    ok(!sends(e, 1310) && sends(e, 1311), "the only server is asked again after 300 ms");
    engine_free(e);
}

/* Each query is cut off, and refused by TCP. A server that takes no connections is left alone. */
static void test_tcp_rests(void)
{
    struct engine_options options = usual;
    struct dns d;
    size_t refused = 0;
    options.servers = 2;
    struct engine *e = engine_new(&options);
    static int owner;
    for (int i = 0; i < 200; i++)
        engine_ask(e, "example.org", ns_t_mx, &owner);
    while (sends(e, 1000)) {
        bool tcp = sent.channel.socket == ENGINE_SOCKETS, refuses = tcp && sent.channel.server == 0;
        dns_begin(&d, 0, tcp ? 0x8180 : 0x8380, "example.org", ns_t_mx);
        refused += refuses;
        if (refuses)
            end_connection(e, 1000, &sent);
        else
            answers(e, 1000, &sent, &d);
    }
    ok(engine_pending(e) == 0 && refused == 20,
       "after 20 failures a server is asked by UDP only, and others by TCP (%zu)", refused);
    engine_free(e);
}

int main(void)
{
    test_no_loss();
    test_loss();
    test_dead_server();
    test_temporary();
    test_rate();
    test_bare_error();
    test_too_long();
    test_late();
    test_truncated();
    test_alias();
    test_waits();
    test_tries();
    test_case();
    test_forged_case();
    test_ports();
    test_tcp();
    test_tcp_ended();
    test_tcp_rests();
    return done();
}
