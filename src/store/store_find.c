#include "base/err.h"
#include "base/mem.h"
#include "store/key_sort.h"
#include "store/store_files.h"

#include <stdlib.h>
#include <sysexits.h>

/* Sorts the requests that have a key by it. The caller frees the list. */
static struct request **sort_requests(struct request *requests, size_t count, size_t *sorted_count)
{
    struct sortable *list = mem_new(count, sizeof *list);
    struct request **sorted = mem_new(count, sizeof(struct request *));
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (requests[i].key.n > 0)
            list[n++] = key_sortable(requests[i].key, i);
    key_sort(list, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &requests[list[i].item];
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

int64_t store_found_summary(const struct store *s, const struct request *request)
{
    struct span line;
    return overlay_find(&s->overlay, request->key, &line) ? s->kind->summarise(snapshot_entry(line))
                                                          : request->summary;
}

struct span store_found_text(const struct store *s, const struct request *request)
{
    struct span line = request->line;
    bool found = overlay_find(&s->overlay, request->key, &line) || line.n > 0;
    return found ? snapshot_entry(line) : span_make(NULL, 0);
}
