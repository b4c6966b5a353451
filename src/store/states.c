#include "store/states.h"

#include "base/escape.h"
#include "base/mem.h"
#include "store/canonical.h"

#include <stdlib.h>

void states_ask_nothing(struct states *s)
{
    if (s->count == s->capacity)
        s->ends = mem_grow(s->ends, &s->capacity, s->count + 1, sizeof *s->ends);
    s->ends[s->count++] = s->keys.n;
}

/* Asks about s->address, if it is `valid`. */
static bool ask(struct states *s, bool valid)
{
    if (!valid)
        return false;
    escape_text(&s->keys, buf_span(&s->address));
    states_ask_nothing(s);
    return true;
}

bool states_ask(struct states *s, struct span address)
{
    return ask(s, canonical_address(address, &s->address));
}

bool states_ask_entry(struct states *s, struct span text)
{
    return ask(s, canonical_key(text, &s->address));
}

void states_withdraw(struct states *s)
{
    s->keys.n = s->count > 1 ? s->ends[s->count - 2] : 0;
    s->ends[s->count - 1] = s->keys.n;
}

static void make_requests(struct states *s)
{
    size_t start = 0;
    if (s->count > s->request_capacity)
        s->requests = mem_grow(s->requests, &s->request_capacity, s->count, sizeof *s->requests);
    for (size_t i = 0; i < s->count; i++) {
        s->requests[i] = (struct request){.key = span_make(s->keys.p + start, s->ends[i] - start)};
        start = s->ends[i];
    }
}

int states_look_up(struct states *s, struct store *store)
{
    make_requests(s);
    for (size_t i = 0; s->with_domains && i < s->count; i++)
        domain_entries_ask(&s->domains, s->requests[i].key);
    int status = store_look_up(store, s->requests, s->count);
    return status == 0 && s->with_domains ? domain_entries_look_up(&s->domains, store) : status;
}

bool states_has_address(const struct states *s, size_t place)
{
    return s->requests[place].key.n > 0;
}

int states_get(const struct states *s, struct store *store, size_t place, int64_t now_s,
               enum entry_state *state)
{
    const struct request *request = &s->requests[place];
    int status = store_found_state(store, request, now_s, state);
    return status == 0 ? states_apply_domain(s, store, place, now_s, state) : status;
}

int states_apply_domain(const struct states *s, struct store *store, size_t place, int64_t now_s,
                        enum entry_state *state)
{
    return s->with_domains
               ? domain_entries_apply(&s->domains, store, s->requests[place].key, now_s, state)
               : 0;
}

void states_empty(struct states *s)
{
    buf_empty(&s->keys);
    domain_entries_empty(&s->domains);
    s->count = 0;
}

void states_clear(struct states *s)
{
    buf_clear(&s->keys);
    buf_clear(&s->address);
    domain_entries_clear(&s->domains);
    free(s->ends);
    free(s->requests);
}
