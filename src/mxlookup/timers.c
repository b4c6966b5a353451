#include "mxlookup/timers.h"

#include "base/mem.h"

#include <stdlib.h>

static void put(struct timers *t, size_t place, struct timers_slot slot)
{
    t->heap[place] = slot;
    slot.timer->place = place + 1;
}

static void sift_up(struct timers *t, size_t place)
{
    struct timers_slot slot = t->heap[place];
    for (; place > 0 && t->heap[(place - 1) / 2].due_ms > slot.due_ms; place = (place - 1) / 2)
        put(t, place, t->heap[(place - 1) / 2]);
    put(t, place, slot);
}

static void sift_down(struct timers *t, size_t place)
{
    struct timers_slot slot = t->heap[place];
    for (;;) {
        size_t child = 2 * place + 1;
        if (child + 1 < t->count && t->heap[child + 1].due_ms < t->heap[child].due_ms)
            child++;
        if (child >= t->count || t->heap[child].due_ms >= slot.due_ms)
            break;
        put(t, place, t->heap[child]);
        place = child;
    }
    put(t, place, slot);
}

void timers_set(struct timers *t, struct timer *timer, int64_t due_ms)
{
    timers_remove(t, timer);
    timer->due_ms = due_ms;
    t->heap = mem_grow(t->heap, &t->capacity, t->count + 1, sizeof *t->heap);
    put(t, t->count++, (struct timers_slot){due_ms, timer});
    sift_up(t, timer->place - 1);
}

void timers_remove(struct timers *t, struct timer *timer)
{
    if (timer->place == 0)
        return;
    size_t place = timer->place - 1;
    timer->place = 0;
    struct timers_slot last = t->heap[--t->count];
    if (last.timer == timer)
        return;
    put(t, place, last);
    sift_up(t, place);
    sift_down(t, last.timer->place - 1);
}

struct timer *timers_first(const struct timers *t)
{
    return t->count > 0 ? t->heap[0].timer : NULL;
}

void timers_clear(struct timers *t)
{
    free(t->heap);
    *t = (struct timers){0};
}
