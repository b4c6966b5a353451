#include "store/index.h"

#include "base/crc32c.h"
#include "base/mem.h"
#include "lib/record.h"

#include <stdlib.h>

enum { LEAST_PAGE = 4096, MOST_PAGES = 1 << 19 };

/* What `copies` has for a page, followed by the bytes of the address. */
struct page_start {
    size_t start;  /* of the first line that begins in the page or after it */
    size_t length; /* of the address; 0 after the last line */
};

void index_init(struct index *ix, struct span map, size_t first)
{
    *ix = (struct index){.map = map, .first = first, .page = LEAST_PAGE};
    while (map.n / ix->page >= MOST_PAGES)
        ix->page *= 2;
    ix->count = map.n / ix->page + 1;
}

/* The offset of the first line that begins in page `i` or after it. */
static size_t find_start(const struct index *ix, size_t i)
{
    size_t at = i * ix->page;
    if (at <= ix->first)
        return ix->first;
    const char *lf = memchr(ix->map.p + at - 1, '\n', ix->map.n - at + 1);
    return lf != NULL ? (size_t)(lf - ix->map.p) + 1 : ix->map.n;
}

/* Takes the line at the start of `rest`; false if its checksum is wrong. */
static bool next_line(struct span *rest, struct span *line)
{
    struct span content;
    const char *lf = memchr(rest->p, '\n', rest->n);
    *line = span_make(rest->p, lf != NULL ? (size_t)(lf - rest->p) : rest->n);
    size_t taken = line->n + (lf != NULL);
    *rest = span_make(rest->p + taken, rest->n - taken);
    return crc32c_check(*line, &content);
}

static bool copy_page_start(struct index *ix, size_t i, struct span *bad)
{
    struct page_start p = {.start = find_start(ix, i)};
    struct span rest = span_make(ix->map.p + p.start, ix->map.n - p.start);
    struct span address = {0};
    if (rest.n > 0) {
        if (!next_line(&rest, bad))
            return false;
        address = record_field(*bad, 0);
    }
    p.length = address.n;
    ix->places[i] = (uint32_t)ix->copies.n + 1;
    buf_add(&ix->copies, &p, sizeof p);
    buf_add_span(&ix->copies, address);
    return true;
}

/* Where page `i` starts, and the address there: empty after the last line. */
static bool page_start_of(struct index *ix, size_t i, struct page_start *p, struct span *address,
                          struct span *bad)
{
    if (ix->places[i] == 0 && !copy_page_start(ix, i, bad))
        return false;
    const char *copy = ix->copies.p + ix->places[i] - 1;
    memcpy(p, copy, sizeof *p);
    *address = span_make(copy + sizeof *p, p->length);
    return true;
}

/* *before: the line at the start of page `i` has this address, or one that sorts before it. */
static bool is_before(struct index *ix, size_t i, struct span address, bool *before,
                      struct span *bad)
{
    struct page_start p;
    struct span there;
    if (!page_start_of(ix, i, &p, &there, bad))
        return false;
    *before = p.start < ix->map.n && span_compare(there, address) <= 0;
    return true;
}

/* Goes on from page *low, in steps that double, until page *high starts after the address: sorted
 * addresses are near each other. */
static bool stride(struct index *ix, struct span address, size_t *low, size_t *high,
                   struct span *bad)
{
    bool before = true;
    for (size_t step = 1; before && *low + step < ix->count; step *= 2) {
        *high = *low + step;
        if (!is_before(ix, *high, address, &before, bad))
            return false;
        if (before)
            *low = *high;
    }
    *high = before ? ix->count : *high;
    return true;
}

static void make_places(struct index *ix)
{
    if (ix->places == NULL)
        ix->places = mem_new(ix->count, sizeof *ix->places);
}

bool index_find(struct index *ix, struct span address, struct page *page, struct span *bad)
{
    struct page_start p, next = {.start = ix->map.n};
    struct span there;
    size_t low = page->place, high = ix->count;
    make_places(ix);
    if (low > 0 && !stride(ix, address, &low, &high, bad))
        return false;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        bool before;
        if (!is_before(ix, middle, address, &before, bad))
            return false;
        if (before)
            low = middle;
        else
            high = middle;
    }
    if (!page_start_of(ix, low, &p, &there, bad) ||
        (high < ix->count && !page_start_of(ix, high, &next, &there, bad)))
        return false;
    *page = (struct page){low, span_make(ix->map.p + p.start, next.start - p.start)};
    return true;
}

bool index_copy_all(struct index *ix, struct span *bad)
{
    /* The number of pages by which memory is fetched early, so that no copy waits for it. */
    enum { AHEAD = 16 };
    if (ix->copied)
        return true;
    make_places(ix);
    for (size_t i = 0; i < ix->count; i++) {
        const char *later = ix->map.p + (i + AHEAD) * ix->page;
        for (size_t line = 0; i + AHEAD < ix->count && line < 4; line++)
            __builtin_prefetch(later + 64 * line);
        if (ix->places[i] == 0 && !copy_page_start(ix, i, bad))
            return false;
    }
    ix->copied = true;
    return true;
}

void index_clear(struct index *ix)
{
    free(ix->places);
    buf_clear(&ix->copies);
    *ix = (struct index){0};
}
