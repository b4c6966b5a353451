/*
 * timers: what is due when: a heap of values by time. Owns its array, not the values.
 */
#ifndef MXLOOKUP_TIMERS_H
#define MXLOOKUP_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/* Part of whatever is to be timed. */
struct timer {
    int64_t due_ms;
    size_t place; /* in the heap, + 1; 0: not in it */
};

/* `due_ms` stands beside, so that sorting touches the heap alone. */
struct timers_slot {
    int64_t due_ms;
    struct timer *timer;
};

struct timers {
    struct timers_slot *heap;
    size_t count, capacity;
};

/* Sets a timer, or sets it anew. */
void timers_set(struct timers *t, struct timer *timer, int64_t due_ms);
void timers_remove(struct timers *t, struct timer *timer);

/* The one that is due first, or NULL. */
struct timer *timers_first(const struct timers *t);
void timers_clear(struct timers *t);

#endif
