/* The heap of timers, against a search through all of them. */
#include "mxlookup/timers.h"

#include "tap.h"

#include <stdlib.h>

enum { TIMERS = 60, STEPS = 100000 };

static struct timer timers[TIMERS];

/* Returns the earliest time of all that are set, or -1. */
static int64_t earliest(void)
{
    int64_t least = -1;
    for (size_t i = 0; i < TIMERS; i++)
        if (timers[i].place != 0 && (least < 0 || timers[i].due_ms < least))
            least = timers[i].due_ms;
    return least;
}

static bool first_is_right(const struct timers *t)
{
    const struct timer *first = timers_first(t);
    int64_t least = earliest();
    return first == NULL ? least < 0 : first->place != 0 && first->due_ms == least;
}

/* Sets and removes timers at random, first among few of them, then among more. Returns how often
 * the first one was wrong. */
static size_t count_wrong(struct timers *t)
{
    unsigned seed = 1;
    size_t wrong = 0;
    for (size_t i = 0; i < STEPS; i++) {
        struct timer *timer = &timers[(size_t)rand_r(&seed) % (1 + i * TIMERS / STEPS)];
        if (rand_r(&seed) % 3 > 0)
            timers_set(t, timer, rand_r(&seed) % 1000);
        else
            timers_remove(t, timer);
        wrong += !first_is_right(t);
    }
    return wrong;
}

/* Takes them out by their times. Returns how many were not in order. */
static size_t count_out_of_order(struct timers *t)
{
    size_t wrong = 0;
    int64_t last_ms = 0;
    for (struct timer *first; (first = timers_first(t)) != NULL; last_ms = first->due_ms) {
        wrong += first->due_ms < last_ms;
        timers_remove(t, first);
    }
    return wrong;
}

int main(void)
{
    struct timers t = {0};
    ok(timers_first(&t) == NULL, "an empty heap has no first timer");
    timers_remove(&t, &timers[0]);
    ok(t.count == 0, "to remove a timer that is not set does nothing");
    size_t wrong = count_wrong(&t);
    ok(wrong == 0, "after each of %d changes the first timer is the earliest (%zu are not)",
       (int)STEPS, wrong);
    ok(t.count > TIMERS / 2, "many timers are set (%zu)", t.count);
    ok(count_out_of_order(&t) == 0, "the timers come in order of their times");
    /* A removed timer is replaced by the last one, which may belong above the place: 5 below 100.
     */
    static const int64_t due_ms[] = {1, 100, 2, 200, 300, 4, 5};
    for (size_t i = 0; i < sizeof due_ms / sizeof *due_ms; i++)
        timers_set(&t, &timers[i], due_ms[i]);
    timers_remove(&t, &timers[3]);
    ok(count_out_of_order(&t) == 0, "a timer that replaces a removed one finds its place");
    timers_clear(&t);
    return done();
}
