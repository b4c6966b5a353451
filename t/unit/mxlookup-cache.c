/* The file of --cache: what is kept, and what is taken from it. */
#include "mxlookup/cache.h"

#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

enum { NOW_S = 1000000 };

static const struct engine_options engine_usual = {
    .servers = 1, .sockets = 1, .window = 100, .timeout_ms = 5000, .tries = 3};

static struct engine *engine;
static struct lookup *lookup;
static char path[] = "/tmp/mxkit-cache.XXXXXX";

static void begin(void)
{
    const struct lookup_options options = {.ipv4 = true};
    engine = engine_new(&engine_usual);
    lookup = lookup_new(engine, &options);
}

static void end(void)
{
    lookup_free(lookup);
    engine_free(engine);
}

/* Answers the question for a domain with NXDOMAIN. */
static void answer(const char *name, uint32_t ttl_s, enum packet_status status)
{
    static struct packet_answer a;
    struct domain *d = lookup_domain(lookup, span_of(name));
    a.status = status;
    a.ttl_s = ttl_s;
    lookup_answer(lookup, d, ns_t_mx, &a, NOW_S);
}

/* True if a run at that time, with that kind, has the name's answer from the file. */
static bool knows(const char *name, int64_t now_s, const char *kind)
{
    begin();
    bool read = cache_read(lookup, path, kind, now_s) == 0;
    const struct domain *d = lookup_domain(lookup, span_of(name));
    bool known = read && d->done && d->status == MX_NXDOMAIN;
    end();
    return known;
}

/* Counts the lines that a run writes at a time. */
static int count_written(int64_t now_s)
{
    int lines = 0;
    begin();
    answer("day.example", 86400, PACKET_NXDOMAIN);
    answer("minute.example", 60, PACKET_NXDOMAIN);
    answer("failed.example", 0, PACKET_SERVFAIL);
    bool written = cache_write(lookup, path, "46-", now_s) == 0;
    end();
    FILE *f = fopen(path, "r");
    for (int c; f != NULL && (c = getc(f)) != EOF;)
        lines += c == '\n';
    if (f != NULL)
        fclose(f);
    return written ? lines : -1;
}

int main(void)
{
    int fd = mkstemp(path);
    if (!ok(fd >= 0 && close(fd) == 0 && unlink(path) == 0, "a temporary file is made"))
        return done();
    begin();
    ok(cache_read(lookup, path, "46-", NOW_S) == 0, "a file that does not exist is empty");
    end();
    ok(count_written(NOW_S + 86400) == 1, "what expires at the present second is not written");
    ok(count_written(NOW_S + 60) == 2, "what expires later is written, after a first line");
    ok(count_written(NOW_S) == 3, "a failure is not written");
    ok(knows("minute.example", NOW_S + 59, "46-"), "an answer is known until it expires");
    ok(!knows("minute.example", NOW_S + 60, "46-"),
       "an answer is not known at the second when it expires");
    ok(knows("day.example", NOW_S + 60, "46-"), "an answer that expires later is still known");
    ok(!knows("failed.example", NOW_S, "46-"), "a failure is asked for again");
    ok(!knows("day.example", NOW_S, "4--"), "no answer is taken from a file of another kind");
    unlink(path);
    return done();
}
