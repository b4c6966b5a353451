#include "mxqueue/permission.h"

#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "store/canonical.h"

#include <stdlib.h>
#include <sysexits.h>

int permission_open(struct permission *p)
{
    *p = (struct permission){0};
    return store_open(&p->store, STORE_READ);
}

/* The queue may know the address by an older canonical form than the quarantine, so it is made
 * anew. One that is not an address any more gets an empty key. */
void permission_ask(struct permission *p, struct span escaped)
{
    if (p->count == p->capacity)
        p->ends = mem_grow(p->ends, &p->capacity, p->count + 1, sizeof *p->ends);
    if (canonical_address(unescape_field(escaped, &p->value), &p->address))
        escape_text(&p->keys, buf_span(&p->address));
    p->ends[p->count++] = p->keys.n;
}

int permission_look_up(struct permission *p)
{
    size_t start = 0;
    if (p->count > p->request_capacity)
        p->requests = mem_grow(p->requests, &p->request_capacity, p->count, sizeof *p->requests);
    for (size_t i = 0; i < p->count; i++) {
        p->requests[i] = (struct request){.key = span_make(p->keys.p + start, p->ends[i] - start)};
        start = p->ends[i];
    }
    for (size_t i = 0; i < p->count; i++)
        domain_entries_ask(&p->domains, p->requests[i].key);
    int status = store_look_up(p->store, p->requests, p->count);
    return status == 0 ? domain_entries_look_up(&p->domains, p->store) : status;
}

int permission_get(struct permission *p, size_t place, int64_t now_s, bool *may)
{
    enum entry_state state;
    const struct request *request = &p->requests[place];
    *may = false;
    if (request->key.n == 0) {
        err_say("the queue has a row whose address is not valid; restore the queue.* files");
        return EX_DATAERR;
    }
    int status = store_found_state(p->store, request, now_s, &state);
    if (status == 0)
        status = domain_entries_apply(&p->domains, p->store, request->key, now_s, &state);
    *may = status == 0 && state != ENTRY_QUARANTINED && state != ENTRY_DENIED;
    return status;
}

void permission_empty(struct permission *p)
{
    buf_empty(&p->keys);
    domain_entries_empty(&p->domains);
    p->count = 0;
}

int permission_close(struct permission *p)
{
    buf_clear(&p->keys);
    buf_clear(&p->value);
    buf_clear(&p->address);
    free(p->ends);
    domain_entries_clear(&p->domains);
    free(p->requests);
    return store_close(p->store);
}
