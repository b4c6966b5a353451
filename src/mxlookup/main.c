/*
 * mxlookup: who takes mail for this address: adds mx_status and mx to each row.
 */
#include "clock.h"
#include "mem.h"
#include "name.h"
#include "rows.h"
#include "stream.h"
#include "transport.h"

#include "err.h"

#include <stdlib.h>
#include <sys/random.h>
#include <sysexits.h>

enum { REMEMBERED = 30000 /* domains: then all are forgotten, once nobody waits */ };

static const char *resolver;
static int64_t timeout_s = 2, tries = 4, window = 500, seed = -1;
static bool only_ipv4, only_ipv6;

static const struct option_entry own_table[] = {
    {0, "resolver", OPTION_TEXT, &resolver, "IP:PORT",
     "DNS servers, with commas (else /etc/resolv.conf)", 0, 0},
    {0, "timeout", OPTION_DURATION, &timeout_s, "TIME", "to wait for an answer before asking again",
     1, 60},
    {0, "tries", OPTION_NUMBER, &tries, "N", "how often to ask", 1, 20},
    {0, "window", OPTION_NUMBER, &window, "N", "questions under way at once", 1, 10000},
    {0, "seed", OPTION_NUMBER, &seed, "N", "of the order within one preference, for tests", 0,
     4294967295},
    {'4', "ipv4", OPTION_FLAG, &only_ipv4, NULL, "IPv4 addresses alone", 0, 0},
    {'6', "ipv6", OPTION_FLAG, &only_ipv6, NULL, "IPv6 addresses alone", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "[options] [file ...]",
    "Tell who takes mail for each address or domain: adds mx_status and mx.",
    (const struct option_entry *const[]){own_table, stream_option_table, NULL}};
static const struct stream_spec spec = {
    .keys = (const char *const[]){"address", "domain", NULL},
    .adds = (const char *const[]){"mx_status", "mx", NULL},
};

struct run {
    struct stream *stream;
    struct engine *engine;
    struct transport *transport;
    struct lookup *lookup;
    struct rows rows;
    struct buf name;
    bool reading; /* the input may have a row now */
    bool ended, failed;
    bool unanswered; /* a domain got no answer at all */
};

static void write_row(struct run *r, struct span line, const struct domain *d)
{
    const char *status = d != NULL ? d->status : "badname";
    const char *mx = d != NULL && d->mx != NULL ? d->mx : "";
    const struct span values[] = {span_of(status), span_of(mx)};
    stream_write(r->stream, line, values);
    if (*mx == '\0')
        stream_mark_unwell(r->stream);
    r->unanswered = r->unanswered || strcmp(status, "timeout") == 0;
}

/* A row that can be answered at once, with none before it, needs no copy. */
static void take_row(struct run *r)
{
    struct span line = stream_line(r->stream);
    const struct domain *d = NULL;
    if (name_read(stream_key(r->stream), &r->name)) {
        d = lookup_domain(r->lookup, buf_span(&r->name));
    }
    if (r->rows.count == 0 && (d == NULL || d->done))
        write_row(r, line, d);
    else
        rows_add(&r->rows, line, d);
}

static void read_rows(struct run *r)
{
    while (r->reading && !rows_full(&r->rows) && lookup_count(r->lookup) < REMEMBERED) {
        switch (stream_next(r->stream)) {
        case STREAM_ROW:
            take_row(r);
            break;
        case STREAM_PAUSE:
            r->reading = false;
            break;
        case STREAM_FAIL:
            r->failed = true;
            r->reading = false;
            return;
        case STREAM_END:
            r->ended = true;
            r->reading = false;
        }
    }
    if (r->rows.count == 0 && lookup_count(r->lookup) >= REMEMBERED)
        lookup_forget(r->lookup);
}

/* Hands answers on; true if there were any. */
static bool take_answers(struct run *r)
{
    const struct packet_answer *answer;
    ns_type type;
    void *owner;
    bool any = false;
    while ((owner = engine_next_answer(r->engine, &type, &answer)) != NULL) {
        lookup_take(r->lookup, owner, type, answer);
        any = true;
    }
    return any;
}

static void receive_packets(struct run *r)
{
    static unsigned char bytes[PACKET_LIMIT];
    size_t n, server;
    bool tcp;
    while ((n = transport_receive(r->transport, &server, &tcp, bytes)) > 0) {
        engine_receive(r->engine, server, tcp, bytes, n);
        take_answers(r);
    }
}

/* Sends what is due. A question that has timed out is answered here too, and may lead to new ones.
 */
static void send_packets(struct run *r)
{
    struct engine_packet packet;
    bool sent;
    do {
        sent = engine_next_packet(r->engine, clock_monotonic_ms(), &packet);
        if (sent)
            transport_send(r->transport, &packet);
    } while (take_answers(r) || sent);
}

static void write_ready(struct run *r)
{
    const struct row *row;
    while ((row = rows_ready(&r->rows)) != NULL) {
        write_row(r, span_make(row->line, row->length), row->domain);
        rows_drop(&r->rows);
    }
}

/* Waits for the network, and for the input if a row could be taken. */
static void wait_for_more(struct run *r)
{
    bool want_rows = !r->ended && !rows_full(&r->rows);
    if (r->reading && want_rows)
        return;
    int64_t deadline = engine_deadline(r->engine), timeout = -1;
    if (deadline >= 0)
        timeout = deadline > clock_monotonic_ms() ? deadline - clock_monotonic_ms() : 0;
    stream_flush(r->stream);
    if (transport_wait(r->transport, want_rows ? stream_fd(r->stream) : -1, timeout))
        r->reading = true;
}

static void run(struct run *r)
{
    r->reading = true;
    while (!r->failed && (!r->ended || r->rows.count > 0)) {
        read_rows(r);
        receive_packets(r);
        send_packets(r); /* behind what is received, which may lead to new questions */
        write_ready(r);
        if (!r->failed && (!r->ended || r->rows.count > 0))
            wait_for_more(r);
    }
}

static unsigned int make_seed(void)
{
    unsigned int random = 0;
    if (seed >= 0 || getrandom(&random, sizeof random, 0) < 0)
        return (unsigned int)seed;
    return random;
}

static int look_up(struct run *r, const struct resolvers *servers)
{
    const struct engine_options engine_options = {servers->count, (size_t)window, timeout_s * 1000,
                                                  tries};
    const struct lookup_options lookup_options = {!only_ipv6 || only_ipv4, !only_ipv4 || only_ipv6,
                                                  make_seed()};
    r->engine = engine_new(&engine_options);
    r->lookup = lookup_new(r->engine, &lookup_options);
    run(r);
    int status = stream_close(r->stream);
    if (status == 0 && r->unanswered && !engine_was_answered(r->engine)) {
        err_say(
            "no DNS server has answered; look at /etc/resolv.conf or name one with --resolver IP");
        status = EX_UNAVAILABLE;
    }
    while (r->rows.count > 0)
        rows_drop(&r->rows);
    lookup_free(r->lookup);
    engine_free(r->engine);
    buf_free(&r->name);
    return status;
}

int main(int argc, char **argv)
{
    struct resolvers servers;
    int operands;
    int status = options_parse("mxlookup", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    status = resolvers_read(&servers, resolver);
    if (status != 0)
        return status;
    struct run *r = mem_new(1, sizeof *r);
    r->transport = transport_open(&servers, &status);
    r->stream = r->transport != NULL ? stream_open(&spec, argv + operands, &status) : NULL;
    if (r->stream != NULL)
        status = look_up(r, &servers);
    if (r->transport != NULL)
        transport_close(r->transport);
    free(r);
    return status;
}
