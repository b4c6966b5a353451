#include "store/index.h"

#include "base/mem.h"
#include "lib/record.h"
#include "store/crc32c.h"

#include <stdlib.h>

enum { LEAST_PAGE = 4096, MOST_PAGES = 1 << 19 };

/* What `copies` holds of a page; the address follows. */
struct page_start {
    size_t start; /* of the first line that begins in the page, or behind it */
    size_t length;
};

void index_init(struct index *f, struct span map, size_t first)
{
    *f = (struct index){.map = map, .first = first, .page = LEAST_PAGE};
    while (map.n / f->page >= MOST_PAGES)
        f->page *= 2;
    f->count = map.n / f->page + 1;
}

/* Where the first line that begins in page `i`, or behind it, is. */
static size_t find_start(const struct index *f, size_t i)
{
    size_t at = i * f->page;
    if (at <= f->first)
        return f->first;
    const char *lf = memchr(f->map.p + at - 1, '\n', f->map.n - at + 1);
    return lf != NULL ? (size_t)(lf - f->map.p) + 1 : f->map.n;
}

/* The line at the start of `rest`, which is moved behind it; false where it is not good. */
static bool next_line(struct span *rest, struct span *line)
{
    struct span content;
    const char *lf = memchr(rest->p, '\n', rest->n);
    *line = span_make(rest->p, lf != NULL ? (size_t)(lf - rest->p) : rest->n);
    size_t taken = line->n + (lf != NULL);
    *rest = span_make(rest->p + taken, rest->n - taken);
    return crc32c_check(*line, &content);
}

static bool copy_page_start(struct index *f, size_t i, struct span *bad)
{
    struct page_start fence = {.start = find_start(f, i)};
    struct span rest = span_make(f->map.p + fence.start, f->map.n - fence.start);
    struct span address = {0};
    if (rest.n > 0) {
        if (!next_line(&rest, bad))
            return false;
        address = record_field(*bad, 0);
    }
    fence.length = address.n;
    f->places[i] = (uint32_t)f->copies.n + 1;
    buf_add(&f->copies, &fence, sizeof fence);
    buf_add_span(&f->copies, address);
    return true;
}

/* The fence of page `i` and the address that stands there; the empty one behind the last line. */
static bool page_start_of(struct index *f, size_t i, struct page_start *fence, struct span *address,
                          struct span *bad)
{
    if (f->places[i] == 0 && !copy_page_start(f, i, bad))
        return false;
    const char *copy = f->copies.p + f->places[i] - 1;
    memcpy(fence, copy, sizeof *fence);
    *address = span_make(copy + sizeof *fence, fence->length);
    return true;
}

/* Is the fence of page `i` at or before the address? */
static bool is_before(struct index *f, size_t i, struct span address, bool *before,
                      struct span *bad)
{
    struct page_start fence;
    struct span there;
    if (!page_start_of(f, i, &fence, &there, bad))
        return false;
    *before = fence.start < f->map.n && span_compare(there, address) <= 0;
    return true;
}

/* Strides from page *low on until the fence at *high is behind the address. */
static bool stride(struct index *f, struct span address, size_t *low, size_t *high,
                   struct span *bad)
{
    bool before = true;
    for (size_t step = 1; before && *low + step < f->count; step *= 2) {
        *high = *low + step;
        if (!is_before(f, *high, address, &before, bad))
            return false;
        if (before)
            *low = *high;
    }
    *high = before ? f->count : *high;
    return true;
}

static void make_places(struct index *f)
{
    if (f->places == NULL)
        f->places = mem_new(f->count, sizeof *f->places);
}

bool index_find(struct index *f, struct span address, struct page *page, struct span *bad)
{
    struct page_start fence, next = {.start = f->map.n};
    struct span there;
    size_t low = page->place, high = f->count;
    make_places(f);
    if (low > 0 && !stride(f, address, &low, &high, bad))
        return false;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        bool before;
        if (!is_before(f, middle, address, &before, bad))
            return false;
        if (before)
            low = middle;
        else
            high = middle;
    }
    if (!page_start_of(f, low, &fence, &there, bad) ||
        (high < f->count && !page_start_of(f, high, &next, &there, bad)))
        return false;
    *page = (struct page){low, span_make(f->map.p + fence.start, next.start - fence.start)};
    return true;
}

bool index_copy_all(struct index *f, struct span *bad)
{
    enum { AHEAD = 16 }; /* pages, so that no copy waits for the memory that it reads */
    if (f->copied)
        return true;
    make_places(f);
    for (size_t i = 0; i < f->count; i++) {
        const char *later = f->map.p + (i + AHEAD) * f->page;
        for (size_t line = 0; i + AHEAD < f->count && line < 4; line++)
            __builtin_prefetch(later + 64 * line);
        if (f->places[i] == 0 && !copy_page_start(f, i, bad))
            return false;
    }
    f->copied = true;
    return true;
}

void index_clear(struct index *f)
{
    free(f->places);
    buf_clear(&f->copies);
    *f = (struct index){0};
}
