/*
 * timers: what is due when: a heap of timers by time. Owns its array, and borrows the timers, which
 * are parts of what they time. Cannot fail; a zeroed struct is an empty heap.
 *
 * All times are milliseconds of the monotonic clock.
 */
#ifndef MXLOOKUP_TIMERS_H
#define MXLOOKUP_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/* A zeroed struct is a timer that is not set. */
struct timer {
    int64_t due_ms;
    size_t place; /* in the heap, + 1; 0: not in it */
};

/* A copy of `due_ms` is kept here, so that sorting reads the heap's own memory only. */
struct timers_slot {
    int64_t due_ms;
    struct timer *timer;
};

struct timers {
    struct timers_slot *heap;
    size_t count, capacity;
};

/* Sets a timer, whether or not it was set before. It is borrowed until it is removed. */
void timers_set(struct timers *t, struct timer *timer, int64_t due_ms);

/* Does nothing if the timer is not set. */
void timers_remove(struct timers *t, struct timer *timer);

/* The timer that is due first, or NULL; it stays set. */
struct timer *timers_first(const struct timers *t);

/* Frees the array; the timers keep their places. */
void timers_clear(struct timers *t);

#endif
