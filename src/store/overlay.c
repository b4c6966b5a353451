#include "store/overlay.h"

#include "base/hash.h"
#include "base/mem.h"
#include "lib/record.h"
#include "store/key_sort.h"

#include <stdlib.h>

enum {
    FIRST_SLOTS = 1024,
    WASTE_MOST = 8 * 1024 * 1024, /* bytes of replaced lines that are kept in any case */
};

struct span overlay_line(const struct overlay *o, uint32_t place)
{
    return span_make(o->lines.p + o->list[place].start, o->list[place].length);
}

struct span overlay_address(const struct overlay *o, uint32_t place)
{
    return span_make(o->lines.p + o->list[place].start, o->list[place].address_length);
}

static uint32_t hash_of(struct span address)
{
    uint64_t hash = hash_more(HASH_START, address);
    return (uint32_t)(hash ^ hash >> 32);
}

/* The slot of an address or, if it has none, the free one in which it belongs. */
static struct change_slot *find_slot(const struct overlay *o, struct span address, uint32_t hash)
{
    size_t i = hash & (o->slot_count - 1);
    while (o->slots[i].number != 0 &&
           (o->slots[i].hash != hash ||
            !span_equal(overlay_address(o, o->slots[i].number - 1), address)))
        i = (i + 1) & (o->slot_count - 1);
    return &o->slots[i];
}

static void grow_slots(struct overlay *o)
{
    struct change_slot *old = o->slots;
    size_t old_count = o->slot_count;
    o->slot_count = old_count > 0 ? 2 * old_count : FIRST_SLOTS;
    o->slots = mem_new(o->slot_count, sizeof *o->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i].number != 0)
            *find_slot(o, overlay_address(o, old[i].number - 1), old[i].hash) = old[i];
    free(old);
}

static uint32_t add_change(struct overlay *o)
{
    if (o->count == o->capacity)
        o->list = mem_grow(o->list, &o->capacity, o->count + 1, sizeof *o->list);
    o->list[o->count] = (struct change){0};
    return (uint32_t)o->count++;
}

static void mark_pending(struct overlay *o, uint32_t place)
{
    if (o->list[place].pending)
        return;
    o->list[place].pending = true;
    o->pending =
        mem_grow(o->pending, &o->pending_capacity, o->pending_count + 1, sizeof *o->pending);
    o->pending[o->pending_count++] = place;
}

static void note_line(struct overlay *o, size_t start, size_t length, bool pending)
{
    struct span address = record_field(span_make(o->lines.p + start, length), 0);
    if (o->count * 2 >= o->slot_count)
        grow_slots(o);
    uint32_t hash = hash_of(address);
    struct change_slot *slot = find_slot(o, address, hash);
    if (slot->number == 0)
        *slot = (struct change_slot){hash, add_change(o) + 1};
    struct change *change = &o->list[slot->number - 1];
    o->live += length - change->length;
    change->start = start;
    change->length = (uint32_t)length;
    change->address_length = (uint32_t)address.n;
    if (pending)
        mark_pending(o, slot->number - 1);
}

/* Drops the lines that later ones have replaced: one address may change many times in a batch. */
static void drop_waste(struct overlay *o)
{
    struct buf lines = {0};
    buf_room(&lines, o->live + o->count);
    for (uint32_t i = 0; i < o->count; i++) {
        size_t start = lines.n;
        buf_add_span(&lines, overlay_line(o, i));
        buf_add_char(&lines, '\n');
        o->list[i].start = start;
    }
    buf_clear(&o->lines);
    o->lines = lines;
    o->noted = lines.n;
}

void overlay_note(struct overlay *o, bool pending)
{
    while (o->noted < o->lines.n) {
        const char *line = o->lines.p + o->noted;
        const char *lf = memchr(line, '\n', o->lines.n - o->noted);
        size_t length = (size_t)(lf - line);
        if (*line != ' ')
            note_line(o, o->noted, length, pending);
        o->noted += length + 1;
    }
    if (o->lines.n > 2 * o->live + WASTE_MOST)
        drop_waste(o);
}

bool overlay_find(const struct overlay *o, struct span address, struct span *line)
{
    uint32_t number = o->count > 0 ? find_slot(o, address, hash_of(address))->number : 0;
    if (number != 0)
        *line = overlay_line(o, number - 1);
    return number != 0;
}

void overlay_settle(struct overlay *o, struct buf *out)
{
    for (size_t i = 0; i < o->pending_count; i++) {
        buf_add_span(out, overlay_line(o, o->pending[i]));
        buf_add_char(out, '\n');
        o->list[o->pending[i]].pending = false;
    }
    o->pending_count = 0;
}

uint32_t *overlay_sort(const struct overlay *o)
{
    struct sortable *list = mem_new(o->count, sizeof *list);
    uint32_t *places = mem_new(o->count, sizeof *places);
    for (uint32_t i = 0; i < o->count; i++)
        list[i] = key_sortable(overlay_address(o, i), i);
    key_sort(list, o->count);
    for (uint32_t i = 0; i < o->count; i++)
        places[i] = (uint32_t)list[i].item;
    free(list);
    return places;
}

void overlay_clear(struct overlay *o)
{
    buf_clear(&o->lines);
    free(o->list);
    free(o->slots);
    free(o->pending);
    *o = (struct overlay){0};
}
