#include "store/overlay.h"

#include "base/hash.h"
#include "base/mem.h"
#include "lib/record.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 1024, WASTE_MOST = 8 * 1024 * 1024 };

struct span overlay_line(const struct overlay *c, uint32_t place)
{
    return span_make(c->lines.p + c->list[place].start, c->list[place].length);
}

struct span overlay_address(const struct overlay *c, uint32_t place)
{
    return span_make(c->lines.p + c->list[place].start, c->list[place].address_length);
}

/* The slot of an address: its own, or the free one where it would go. */
static uint32_t *find_slot(const struct overlay *c, struct span address)
{
    uint64_t hash = hash_more(HASH_START, address);
    size_t i = (size_t)(hash ^ hash >> 32) & (c->slot_count - 1);
    while (c->slots[i] != 0 && !span_equal(overlay_address(c, c->slots[i] - 1), address))
        i = (i + 1) & (c->slot_count - 1);
    return &c->slots[i];
}

static void grow_slots(struct overlay *c)
{
    free(c->slots);
    c->slot_count = c->slot_count > 0 ? 2 * c->slot_count : FIRST_SLOTS;
    c->slots = mem_new(c->slot_count, sizeof *c->slots);
    for (uint32_t i = 0; i < c->count; i++)
        *find_slot(c, overlay_address(c, i)) = i + 1;
}

static uint32_t add_change(struct overlay *c)
{
    if (c->count == c->capacity)
        c->list = mem_grow(c->list, &c->capacity, c->count + 1, sizeof *c->list);
    c->list[c->count] = (struct change){0};
    return (uint32_t)c->count++;
}

static void mark_pending(struct overlay *c, uint32_t place)
{
    if (c->list[place].pending)
        return;
    c->list[place].pending = true;
    c->pending =
        mem_grow(c->pending, &c->pending_capacity, c->pending_count + 1, sizeof *c->pending);
    c->pending[c->pending_count++] = place;
}

static void note_line(struct overlay *c, size_t start, size_t length, bool pending)
{
    struct span address = record_field(span_make(c->lines.p + start, length), 0);
    if (c->count * 2 >= c->slot_count)
        grow_slots(c);
    uint32_t *slot = find_slot(c, address);
    if (*slot == 0)
        *slot = add_change(c) + 1;
    struct change *change = &c->list[*slot - 1];
    c->live += length - change->length;
    change->start = start;
    change->length = (uint32_t)length;
    change->address_length = (uint32_t)address.n;
    if (pending)
        mark_pending(c, *slot - 1);
}

/* Drops the lines that later ones have replaced: one address may be counted often in a batch. */
static void drop_waste(struct overlay *c)
{
    struct buf lines = {0};
    buf_room(&lines, c->live + c->count);
    for (uint32_t i = 0; i < c->count; i++) {
        size_t start = lines.n;
        buf_add_span(&lines, overlay_line(c, i));
        buf_add_char(&lines, '\n');
        c->list[i].start = start;
    }
    buf_clear(&c->lines);
    c->lines = lines;
    c->noted = lines.n;
}

void overlay_note(struct overlay *c, bool pending)
{
    while (c->noted < c->lines.n) {
        const char *line = c->lines.p + c->noted;
        const char *lf = memchr(line, '\n', c->lines.n - c->noted);
        size_t length = (size_t)(lf - line);
        if (*line != ' ')
            note_line(c, c->noted, length, pending);
        c->noted += length + 1;
    }
    if (c->lines.n > 2 * c->live + WASTE_MOST)
        drop_waste(c);
}

bool overlay_find(const struct overlay *c, struct span address, struct span *line)
{
    uint32_t slot = c->slot_count > 0 ? *find_slot(c, address) : 0;
    if (slot != 0)
        *line = overlay_line(c, slot - 1);
    return slot != 0;
}

void overlay_settle(struct overlay *c, struct buf *out)
{
    for (size_t i = 0; i < c->pending_count; i++) {
        buf_add_span(out, overlay_line(c, c->pending[i]));
        buf_add_char(out, '\n');
        c->list[c->pending[i]].pending = false;
    }
    c->pending_count = 0;
}

static int compare_places(const void *a, const void *b, void *changes)
{
    const uint32_t *x = a, *y = b;
    return span_compare(overlay_address(changes, *x), overlay_address(changes, *y));
}

uint32_t *overlay_sort(const struct overlay *c)
{
    uint32_t *places = mem_new(c->count, sizeof *places);
    for (uint32_t i = 0; i < c->count; i++)
        places[i] = i;
    qsort_r(places, c->count, sizeof *places, compare_places, (void *)c);
    return places;
}

void overlay_clear(struct overlay *c)
{
    buf_clear(&c->lines);
    free(c->list);
    free(c->slots);
    free(c->pending);
    *c = (struct overlay){0};
}
