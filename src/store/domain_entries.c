#include "store/domain_entries.h"

#include "base/mem.h"

#include <stdlib.h>

/* The key of the domain is the end of the address's own: `@` and the domain. */
static struct span domain_key(struct span address)
{
    const char *at = address.n > 0 ? memrchr(address.p, '@', address.n) : NULL;
    return at == NULL ? span_make(NULL, 0) : span_make(at, address.n - (size_t)(at - address.p));
}

static size_t find(const struct domain_entries *d, struct span domain)
{
    return (size_t)(uintptr_t)table_get(&d->places, domain);
}

void domain_entries_ask(struct domain_entries *d, struct span address)
{
    struct span domain = domain_key(address);
    if (domain.n == 0 || find(d, domain) != 0)
        return;
    d->requests = mem_grow(d->requests, &d->capacity, d->count + 1, sizeof *d->requests);
    d->requests[d->count++] = (struct request){.key = domain};
    table_set(&d->places, domain, (void *)(uintptr_t)d->count);
}

int domain_entries_look_up(struct domain_entries *d, struct store *s)
{
    int status = store_look_up(s, d->requests, d->count);
    d->found = false;
    for (size_t i = 0; status == 0 && !d->found && i < d->count; i++)
        d->found = store_found_text(s, &d->requests[i]).p != NULL;
    return status;
}

static bool is_blocked(enum entry_state state)
{
    return state == ENTRY_QUARANTINED || state == ENTRY_DENIED;
}

int domain_entries_apply(const struct domain_entries *d, struct store *s, struct span address,
                         int64_t now_s, enum entry_state *state)
{
    size_t place = d->found && !is_blocked(*state) ? find(d, domain_key(address)) : 0;
    enum entry_state of_domain = ENTRY_OK;
    if (place == 0)
        return 0;
    int status = store_found_state(s, &d->requests[place - 1], now_s, &of_domain);
    if (is_blocked(of_domain))
        *state = of_domain;
    return status;
}

void domain_entries_empty(struct domain_entries *d)
{
    table_empty(&d->places);
    d->count = 0;
}

void domain_entries_clear(struct domain_entries *d)
{
    table_clear(&d->places);
    free(d->requests);
    *d = (struct domain_entries){0};
}
