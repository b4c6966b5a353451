/* The file of --cache: what is kept, and what is taken from it. */
#include "mxlookup/cache.h"

#include "base/clock.h"
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
    const struct lookup_options options = {.ipv4 = true, .clock_ms = clock_monotonic_ms};
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

/* Writes a cache of two domains: one with an address, one that does not exist. */
static bool write_small(void)
{
    static struct packet_answer a;
    begin();
    answer("day.example", 86400, PACKET_NXDOMAIN);
    struct domain *d = lookup_domain(lookup, span_of("mx.example"));
    a = (struct packet_answer){.status = PACKET_NODATA, .ttl_s = 300};
    lookup_answer(lookup, d, ns_t_mx, &a, NOW_S);
    a = (struct packet_answer){.status = PACKET_FOUND, .ttl_s = 300, .count = 1};
    snprintf(a.records[0].value, PACKET_VALUE, "8.8.8.8");
    lookup_answer(lookup, d->exchanges[0].host, ns_t_a, &a, NOW_S);
    bool written = cache_write(lookup, path, "46-", NOW_S) == 0;
    end();
    return written;
}

static void write_bytes(const char *bytes, size_t n)
{
    FILE *f = fopen(path, "w");
    if (f != NULL) {
        fwrite(bytes, 1, n, f);
        fclose(f);
    }
}

/* Reads the file. Each of the two domains must have its own answer or none, and nothing else may be
 * known. Returns how many have it, or -100. */
static int count_right(void)
{
    int right = 0;
    begin();
    bool read = cache_read(lookup, path, "46-", NOW_S) == 0;
    const struct domain *d = lookup_domain(lookup, span_of("day.example"));
    if (d->done)
        right +=
            d->status == MX_NXDOMAIN && d->mx == NULL && d->expires_s == NOW_S + 86400 ? 1 : -100;
    d = lookup_domain(lookup, span_of("mx.example"));
    if (d->done)
        right += d->status == MX_IMPLICIT && strcmp(d->mx, "0:mx.example=8.8.8.8") == 0 ? 1 : -100;
    end();
    return read ? right : -100;
}

/* Wherever the file is cut, and whichever bit of it is flipped. */
static void test_damage(void)
{
    static char bytes[4096];
    int cut = 0, flipped = 0;
    size_t kept = 0;
    ok(write_small() && count_right() == 2, "two answers are known from a file");
    FILE *f = fopen(path, "r");
    size_t n = f != NULL ? fread(bytes, 1, sizeof bytes, f) : 0;
    if (f != NULL)
        fclose(f);
    for (size_t i = 0; i < n; i++) {
        write_bytes(bytes, i);
        cut += count_right() < 0;
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            write_bytes(bytes, n);
            int right = count_right();
            flipped += right < 0 || right == 2;
            kept += right == 1;
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
        }
    }
    ok(n > 100 && cut == 0, "cut at each of its %zu bytes, the file gives no wrong answer", n);
    ok(flipped == 0, "with each bit flipped, it gives no wrong answer and not all of them");
    ok(kept > 4 * n, "a damaged line leaves the other one known (%zu times)", kept);
}

/* A line whose checksum is right, as somebody may have made it. */
static void test_made_up(void)
{
    static const char *const bad[] = {"",
                                      "ok",
                                      "ok\t2000000\t5:hello\t1\t-",
                                      "ok\t2000000\t5:h=8.8.8.8\t-\t-",
                                      "ok\t2000000\t-\t-\t-",
                                      "ok\t2000000\t5:h=8.8.8.8\t2000000 2000000\t-",
                                      "ok\t2000000\t5:h=8.8.8.8 6:h=8.8.8.x\t2000000 2000000\t-",
                                      "ok\t2000000\t5:h=8.8.8.8,\t2000000\t-\t-",
                                      "ok\t2000000\t5:h=\t2000000\t-",
                                      "ok\t2000000\t5=8.8.8.8:h\t2000000\t-",
                                      "ok\t2000000\t:h=8.8.8.8\t2000000\t-",
                                      "ok\t2000000\t5:=8.8.8.8\t2000000\t-",
                                      "ok\t-1\t5:h=8.8.8.8\t2000000\t-",
                                      "ok\t99999999999999999999\t5:h=8.8.8.8\t2000000\t-",
                                      "nxdomain\t2000000\t5:h=8.8.8.8\t2000000\t-",
                                      "servfail\t2000000\t-\t-\t-",
                                      "servfail\t2000000\t-\t-\t-\t1000\t1000",
                                      "nxdomain\t2000000\t-\t-\t-\t1000\t1000",
                                      "nonsense\t2000000\t-\t-\t-"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        begin();
        ok(!lookup_restore(lookup, span_of("x.example"), span_of(bad[i]), NOW_S) &&
               !lookup_domain(lookup, span_of("x.example"))->done,
           "an answer in another form is refused (%zu)", i);
        end();
    }
    begin();
    ok(lookup_restore(lookup, span_of("x.example"),
                      span_of("ok\t2000000\t5:[IPv6:::1]=::1 6:h=8.8.8.8,::2\t2000000 3\t-"),
                      NOW_S),
       "one in the right form is taken");
    end();
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
    tap_drop_messages();
    test_damage();
    test_made_up();
    unlink(path);
    return done();
}
