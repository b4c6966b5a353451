/*
 * mxlookup: finds the hosts that accept mail for each address; adds mx_status, mx and text to each
 * row. Options and wiring; pipeline.c is the run.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/status.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "mxlookup/cache.h"
#include "mxlookup/pipeline.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

static const char *resolver, *cache;
static int64_t timeout_s = 5, tries = 7, window = 1000, rate, seed = -1;
static bool only_ipv4, only_ipv6, allow_private, dnssec, list, unordered;

static const struct option_entry own_table[] = {
    {'l', "list", OPTION_FLAG, &list, NULL,
     "print one row for each exchange and address, with its TTL", 0, 0},
    {'u', "unordered", OPTION_FLAG, &unordered, NULL, "write each row as soon as it is answered", 0,
     0},
    {'4', "ipv4", OPTION_FLAG, &only_ipv4, NULL, "look up IPv4 addresses only", 0, 0},
    {'6', "ipv6", OPTION_FLAG, &only_ipv6, NULL, "look up IPv6 addresses only", 0, 0},
    {0, "allow-private", OPTION_FLAG, &allow_private, NULL,
     "keep loopback, private and other non-public addresses, for labs", 0, 0},
    {0, "cache", OPTION_TEXT, &cache, "FILE", "keep answers in FILE for their TTL, up to a day", 0,
     0},
    {0, "dnssec", OPTION_FLAG, &dnssec, NULL,
     "trust the servers' validation; add mx_secure with TLSA records", 0, 0},
    {0, "resolver", OPTION_TEXT, &resolver, "SERVERS",
     "ask these servers (comma-separated), not those of resolv.conf", 0, 0},
    {0, "rate", OPTION_NUMBER, &rate, "N",
     "limit queries per second to N; without it there is no limit", 1, 10000000},
    {0, "window", OPTION_NUMBER, &window, "N", "limit the queries in flight; the default is 1000",
     1, 10000},
    {0, "timeout", OPTION_DURATION, &timeout_s, "TIME",
     "limit the wait for the last try; the default is 5s", 1, 60},
    {0, "tries", OPTION_NUMBER, &tries, "N", "limit the tries of a query; the default is 7", 1, 20},
    {0, "seed", OPTION_NUMBER, &seed, "N", "fix the random order within one preference, for tests",
     0, 4294967295},
    {0},
};
static const struct option_usage usage = {
    "[options] [file ...]",
    "Find the hosts that accept mail for each address; add mx_status, mx and text.",
    (const struct option_entry *const[]){own_table, filter_option_table, NULL}};

static unsigned int make_seed(void)
{
    unsigned int random = 0;
    if (seed >= 0 || getrandom(&random, sizeof random, 0) < 0)
        return (unsigned int)seed;
    return random;
}

static void print_note(const char *domain, const char *what, const char *why)
{
    err_say("%s: %s %s", domain, what, why);
}

/* The options that answers in a cache depend on, as one word. */
static const char *cache_kind(void)
{
    static char kind[] = "--p-";
    kind[0] = only_ipv6 && !only_ipv4 ? '-' : '4';
    kind[1] = only_ipv4 && !only_ipv6 ? '-' : '6';
    kind[2] = allow_private ? 'p' : '-';
    kind[3] = dnssec ? 's' : '-';
    return kind;
}

static struct engine *new_engine(const struct resolvers *servers, size_t sockets)
{
    const struct engine_options options = {.servers = servers->count,
                                           .sockets = sockets,
                                           .window = (size_t)window,
                                           .timeout_ms = timeout_s * 1000,
                                           .tries = tries,
                                           .rate = rate,
                                           .dnssec = dnssec};
    return engine_new(&options);
}

static struct lookup *new_lookup(struct engine *e)
{
    const struct lookup_options options = {.ipv4 = !only_ipv6 || only_ipv4,
                                           .ipv6 = !only_ipv4 || only_ipv6,
                                           .allow_private = allow_private,
                                           .dnssec = dnssec,
                                           .seed = make_seed(),
                                           .clock_ms = clock_monotonic_ms,
                                           .note = stream_is_verbose() ? print_note : NULL};
    return lookup_new(e, &options);
}

static volatile sig_atomic_t stopped_by;

/* A signal that comes just before a wait does not end it: the alarm comes again until one does. */
static void stop(int signal_number)
{
    if (signal_number != SIGALRM)
        stopped_by = signal_number;
    alarm(1);
}

static void catch_signal(int number, unsigned flags)
{
    struct sigaction action = {.sa_handler = stop, .sa_flags = (int)(flags | SA_RESTART)}, before;
    if (sigaction(number, &action, &before) == 0 && before.sa_handler == SIG_IGN)
        signal(number, SIG_IGN); /* nohup, or a shell's `&` */
}

/* So that the answers of a long run are not lost if it is stopped, or if the reader of the rows
 * goes away, which ends the run by EPIPE. A second signal ends mxlookup at once. */
static void catch_signals(void)
{
    catch_signal(SIGALRM, 0);
    catch_signal(SIGHUP, SA_RESETHAND);
    catch_signal(SIGINT, SA_RESETHAND);
    catch_signal(SIGTERM, SA_RESETHAND);
    signal(SIGPIPE, SIG_IGN);
}

static int run(struct pipeline *p)
{
    int status = cache != NULL ? cache_read(p->lookup, cache, cache_kind(), clock_now()) : 0;
    if (status != 0)
        return status;
    if (cache != NULL)
        catch_signals();
    pipeline_run(p);
    status = stream_close(p->stream);
    p->stream = NULL;
    if (status == 0 && p->output.unanswered && !engine_was_answered(p->engine)) {
        err_say("no DNS server answered; check /etc/resolv.conf or name one with --resolver IP");
        status = EX_UNAVAILABLE;
    }
    int written = cache != NULL ? cache_write(p->lookup, cache, cache_kind(), clock_now()) : 0;
    return status != 0 ? status : written;
}

static int look_up(const struct resolvers *servers, char **files)
{
    int status = 0;
    size_t sockets = transport_sockets(servers->count, (size_t)window);
    struct pipeline p = {.output = {.list = list, .secure = dnssec},
                         .rows.unordered = unordered,
                         .stop = &stopped_by};
    const struct stream_spec spec = {
        .key = &key_address_or_domain, .reads = output_reads, .adds = output_adds(&p.output)};
    p.transport = transport_open(servers, sockets, &status);
    p.stream = p.output.stream = p.transport != NULL ? stream_open(&spec, files, &status) : NULL;
    if (p.stream != NULL) {
        p.engine = new_engine(servers, sockets);
        p.lookup = new_lookup(p.engine);
        status = run(&p);
        if (p.stream != NULL)
            status = first_failure(status, stream_close(p.stream));
        pipeline_clear(&p);
        lookup_free(p.lookup);
        engine_free(p.engine);
    }
    if (p.transport != NULL)
        transport_close(p.transport);
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
    if (status == 0)
        status = look_up(&servers, argv + operands);
    if (stopped_by != 0)
        raise(stopped_by); /* the caller sees what ended the run */
    return status;
}
