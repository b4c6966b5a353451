/* How fast queries go out, as a server answers, loses or refuses them. Nothing here waits. */
#include "mxlookup/pace.h"

#include "tap.h"

#include <stddef.h>

enum { START_MS = 1000 };

/* Asks at a millisecond as often as the pace allows, 50 times at most. Returns how often. */
static int send_all(struct pace *p, int64_t now_ms)
{
    int sent = 0;
    while (sent < 50 && pace_allows(p, now_ms))
        sent++;
    return sent;
}

/* Runs from `from_ms` up to `to_ms` while a server answers `most` queries a millisecond and loses,
 * or refuses, the others. Returns the number of queries sent. */
static int run(struct pace *p, int64_t from_ms, int64_t to_ms, int most, bool refuses)
{
    int all = 0;
    for (int64_t now_ms = from_ms; now_ms < to_ms; now_ms++) {
        int sent = send_all(p, now_ms);
        all += sent;
        for (int i = 0; i < sent; i++)
            if (i < most)
                pace_answered(p);
            else if (refuses)
                pace_refused(p);
            else
                pace_lost(p);
    }
    return all;
}

/* The same with a share of the queries lost, whatever their rate. */
static int run_lossy(struct pace *p, int64_t from_ms, int64_t to_ms)
{
    int all = 0;
    for (int64_t now_ms = from_ms; now_ms < to_ms; now_ms++)
        for (int sent = send_all(p, now_ms); sent > 0; sent--, all++)
            if (all % 2 == 0)
                pace_answered(p);
            else
                pace_lost(p);
    return all;
}

static void test_free(void)
{
    struct pace p;
    pace_init(&p, 0);
    ok(run(&p, START_MS, START_MS + 1000, 50, false) == 50000,
       "while all queries are answered there is no limit");
}

static void test_user(void)
{
    struct pace p;
    pace_init(&p, 1000);
    int sent = run(&p, START_MS, START_MS + 2000, 50, false);
    ok(sent > 1950 && sent <= 2010, "the user's limit holds (%d in 2 s at 1,000 a second)", sent);
    sent = send_all(&p, START_MS + 62000);
    ok(sent == 10, "after a minute's pause, 10 ms' worth of queries goes out at once (%d)", sent);
    ok(pace_next(&p, START_MS + 62000) == START_MS + 62001, "the next may go out 1 ms later");
}

static void test_overload(void)
{
    struct pace p;
    pace_init(&p, 0);
    run(&p, START_MS, START_MS + 200, 10, false);
    int sent = run(&p, START_MS + 200, START_MS + 300, 10, false);
    ok(sent > 900 && sent < 1200,
       "if most queries are lost, they go out a little faster than the answers came (%d)", sent);
}

static void test_refusals(void)
{
    struct pace p;
    pace_init(&p, 0);
    run(&p, START_MS, START_MS + 200, 45, true);
    int sent = run(&p, START_MS + 200, START_MS + 300, 45, true);
    ok(sent > 4000 && sent < 4800, "a tenth that is refused slows the queries down (%d)", sent);
    pace_init(&p, 0);
    run(&p, START_MS, START_MS + 200, 45, false);
    sent = run(&p, START_MS + 200, START_MS + 300, 45, false);
    ok(sent == 5000,
       "a tenth that is lost does not slow them down: it may be the network's loss (%d)", sent);
}

/* Half of the queries are lost at any rate. */
static void test_network(void)
{
    struct pace p;
    int64_t free_ms = 0;
    pace_init(&p, 0);
    run_lossy(&p, START_MS, START_MS + 200);
    ok(run_lossy(&p, START_MS + 200, START_MS + 300) < 5000, "a loss of a half sets a limit");
    for (int64_t now_ms = START_MS + 300; free_ms == 0 && now_ms < START_MS + 2000; now_ms += 100)
        if (run_lossy(&p, now_ms, now_ms + 100) == 5000)
            free_ms = now_ms - START_MS;
    ok(free_ms > 0, "a limit that does not help is dropped (after %d ms)", (int)free_ms);
    ok(run_lossy(&p, START_MS + free_ms + 100, START_MS + free_ms + 2000) == 95000,
       "for some seconds there is no limit then");
}

int main(void)
{
    test_free();
    test_user();
    test_overload();
    test_refusals();
    test_network();
    return done();
}
