#include "mxqueue/lease.h"

#include "base/mem.h"
#include "base/rfc3339.h"

#include <inttypes.h>
#include <stdlib.h>

static struct lease *add_lease(struct leases *l)
{
    l->list = mem_grow(l->list, &l->capacity, l->count + 1, sizeof *l->list);
    l->list[l->count] = (struct lease){0};
    return &l->list[l->count++];
}

static void add_except(struct lease *lease, uint64_t number)
{
    lease->except = mem_resize(lease->except, lease->except_count + 1, sizeof *lease->except);
    lease->except[lease->except_count++] = number;
}

/* Takes the next word, up to a blank, off `rest`. */
static struct span cut_word(struct span *rest)
{
    const char *blank = rest->n > 0 ? memchr(rest->p, ' ', rest->n) : NULL;
    struct span word = span_make(rest->p, blank != NULL ? (size_t)(blank - rest->p) : rest->n);
    size_t used = word.n + (blank != NULL);
    *rest = span_make(rest->p + used, rest->n - used);
    return word;
}

/* Reads the number at the start of `text`, and takes it off; false if there is no digit. */
static bool cut_number(struct span *text, uint64_t *number)
{
    size_t n = 0;
    for (*number = 0; n < text->n && text->p[n] >= '0' && text->p[n] <= '9' && n < 18; n++)
        *number = *number * 10 + (uint64_t)(text->p[n] - '0');
    *text = span_make(text->p + n, text->n - n);
    return n > 0;
}

static bool read_except(struct lease *lease, struct span word)
{
    uint64_t number;
    if (span_is(word, "-"))
        return true;
    while (cut_number(&word, &number)) {
        add_except(lease, number);
        if (word.n == 0)
            return true;
        if (word.p[0] != ',')
            return false;
        word = span_make(word.p + 1, word.n - 1);
    }
    return false;
}

bool leases_read(struct leases *l, struct span field)
{
    struct lease *lease = add_lease(l);
    struct span number = cut_word(&field), time = cut_word(&field), except = cut_word(&field);
    return cut_number(&number, &lease->number) && number.n == 0 &&
           rfc3339_parse(time, &lease->time_s) && read_except(lease, except) &&
           holder_read(&lease->holder, field);
}

void leases_write(const struct leases *l, struct buf *out)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct lease *lease = &l->list[i];
        char time[RFC3339_LENGTH + 1];
        rfc3339_format(lease->time_s, time);
        buf_format(out, "\t%" PRIu64 " %s ", lease->number, time);
        for (size_t j = 0; j < lease->except_count; j++)
            buf_format(out, "%s%" PRIu64, j > 0 ? "," : "", lease->except[j]);
        buf_add_string(out, lease->except_count == 0 ? "- " : " ");
        holder_write(&lease->holder, out);
    }
}

void leases_add(struct leases *l, uint64_t number, int64_t time_s, const struct holder *holder)
{
    struct lease *lease = add_lease(l);
    *lease = (struct lease){.number = number, .time_s = time_s, .holder = *holder, .held = true};
    for (size_t i = 0; i + 1 < l->count; i++)
        if (l->list[i].held)
            add_except(lease, l->list[i].number);
}

static size_t find_lease(const struct leases *l, uint64_t number)
{
    size_t i = 0;
    while (i < l->count && l->list[i].number != number)
        i++;
    return i;
}

/* A lease is needed by a later one that excepts its rows, and so on. */
static void mark_needed(const struct leases *l, bool *needed)
{
    for (size_t i = l->count; i-- > 0;) {
        needed[i] = needed[i] || l->list[i].held;
        for (size_t j = 0; needed[i] && j < l->list[i].except_count; j++) {
            size_t place = find_lease(l, l->list[i].except[j]);
            if (place < i)
                needed[place] = true;
        }
    }
}

void leases_prune(struct leases *l)
{
    bool *needed = mem_new(l->count, sizeof *needed);
    size_t kept = 0;
    mark_needed(l, needed);
    for (size_t i = 0; i < l->count; i++) {
        if (needed[i])
            l->list[kept++] = l->list[i];
        else
            free(l->list[i].except);
    }
    l->count = kept;
    free(needed);
}

static void mark_covering(struct leases *l, const struct row *r)
{
    for (size_t i = 0; i < l->count; i++) {
        struct lease *lease = &l->list[i];
        lease->covers = r->change <= lease->number && row_is_due(r, lease->time_s);
        for (size_t j = 0; lease->covers && j < lease->except_count; j++) {
            size_t place = find_lease(l, lease->except[j]);
            lease->covers = place >= i || !l->list[place].covers;
        }
    }
}

const struct lease *leases_cover(struct leases *l, const struct row *r)
{
    mark_covering(l, r);
    for (size_t i = 0; i < l->count; i++)
        if (l->list[i].covers && l->list[i].held)
            return &l->list[i];
    return NULL;
}

bool leases_last_covers(struct leases *l, const struct row *r)
{
    mark_covering(l, r);
    return l->count > 0 && l->list[l->count - 1].covers;
}

void leases_clear(struct leases *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->list[i].except);
    free(l->list);
    *l = (struct leases){0};
}
