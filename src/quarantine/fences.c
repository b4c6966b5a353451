#include "fences.h"

#include "mem.h"
#include "record.h"

#include <stdlib.h>

enum { LEAST_PAGE = 4096, MOST_PAGES = 1 << 18 };

/* What `copies` holds of a page; the address follows. */
struct fence {
    size_t start; /* of the first line that begins in the page, or behind it */
    size_t length;
};

void fences_start(struct fences *f, struct span map, size_t first)
{
    *f = (struct fences){.map = map, .first = first, .page = LEAST_PAGE};
    while (map.n / f->page >= MOST_PAGES)
        f->page *= 2;
    f->count = map.n / f->page + 1;
}

/* Where the first line that begins in page `i`, or behind it, is. */
static size_t find_start(const struct fences *f, size_t i)
{
    size_t at = i * f->page;
    if (at <= f->first)
        return f->first;
    const char *lf = memchr(f->map.p + at - 1, '\n', f->map.n - at + 1);
    return lf != NULL ? (size_t)(lf - f->map.p) + 1 : f->map.n;
}

static void copy_fence(struct fences *f, size_t i)
{
    struct fence fence = {.start = find_start(f, i)};
    struct span address =
        record_field(span_make(f->map.p + fence.start, f->map.n - fence.start), 0);
    fence.length = address.n;
    if (f->places == NULL)
        f->places = mem_new(f->count, sizeof *f->places);
    f->places[i] = (uint32_t)f->copies.n + 1;
    buf_add(&f->copies, &fence, sizeof fence);
    buf_add_span(&f->copies, address);
}

/* The fence of page `i` and the address that stands there; the empty one behind the last line. */
static struct fence fence_of(struct fences *f, size_t i, struct span *address)
{
    struct fence fence;
    if (f->places == NULL || f->places[i] == 0)
        copy_fence(f, i);
    const char *copy = f->copies.p + f->places[i] - 1;
    memcpy(&fence, copy, sizeof fence);
    *address = span_make(copy + sizeof fence, fence.length);
    return fence;
}

struct span fences_find(struct fences *f, struct span address)
{
    struct span there;
    size_t low = 0, high = f->count; /* the page is one of these */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        struct fence fence = fence_of(f, middle, &there);
        if (fence.start < f->map.n && span_compare(there, address) <= 0)
            low = middle;
        else
            high = middle;
    }
    size_t start = fence_of(f, low, &there).start;
    size_t end = high < f->count ? fence_of(f, high, &there).start : f->map.n;
    return span_make(f->map.p + start, end - start);
}

void fences_free(struct fences *f)
{
    free(f->places);
    buf_free(&f->copies);
    *f = (struct fences){0};
}
