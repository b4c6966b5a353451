#include "base/err.h"
#include "base/mem.h"
#include "store/store_files.h"

#include <stdlib.h>
#include <sysexits.h>

/* For sorting: the first bytes of the key as numbers, so that few comparisons read the key itself.
 */
struct sortable {
    uint64_t start[2];
    struct request *request;
};

static struct sortable sortable(struct request *request)
{
    unsigned char bytes[sizeof(uint64_t[2])] = {0};
    struct span key = request->key;
    struct sortable s = {.request = request};
    memcpy(bytes, key.p, key.n < sizeof bytes ? key.n : sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        s.start[i / 8] = s.start[i / 8] << 8 | bytes[i];
    return s;
}

static int compare_sortable(const void *a, const void *b)
{
    const struct sortable *x = a, *y = b;
    for (size_t i = 0; i < 2; i++)
        if (x->start[i] != y->start[i])
            return x->start[i] < y->start[i] ? -1 : 1;
    return span_compare(x->request->key, y->request->key);
}

/* Sorts the requests that have a key by it. The caller frees the list. */
static struct request **sort_requests(struct request *requests, size_t count, size_t *sorted_count)
{
    struct sortable *list = mem_new(count, sizeof *list);
    struct request **sorted = mem_new(count, sizeof(struct request *));
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (requests[i].key.n > 0)
            list[n++] = sortable(&requests[i]);
    qsort(list, n, sizeof *list, compare_sortable);
    for (size_t i = 0; i < n; i++)
        sorted[i] = list[i].request;
    free(list);
    *sorted_count = n;
    return sorted;
}

/* The keys of an older version have another form, so that a key would not be found in it. */
static int refuse_old(const struct store *s)
{
    err_say("%s: the state is of an older version; run quarantine expire once to migrate it",
            s->dir.path);
    return EX_CONFIG;
}

int store_look_up(struct store *s, struct request *requests, size_t count)
{
    if (store_is_old(s))
        return refuse_old(s);
    size_t n;
    struct request **sorted = sort_requests(requests, count, &n);
    int status = store_recent_is_stale(s) ? 0 : snapshot_find(&s->recent, sorted, n);
    if (status == 0)
        status = snapshot_find(&s->snapshot, sorted, n);
    free(sorted);
    return status;
}

struct span store_found_text(const struct store *s, const struct request *request)
{
    struct span line = request->line;
    bool found = overlay_find(&s->overlay, request->key, &line) || line.n > 0;
    return found ? snapshot_entry(line) : span_make(NULL, 0);
}
