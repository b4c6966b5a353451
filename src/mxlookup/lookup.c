#include "lookup.h"

#include "buf.h"
#include "mem.h"
#include "name.h"
#include "table.h"

#include <stdlib.h>

/* A host, whose addresses are asked for once however many domains name it. */
struct host {
    char *name;
    struct buf addresses; /* comma-separated */
    int pending;          /* answers to come */
    enum packet_status worst;
    struct domain **waiting;
    size_t waiting_count, waiting_room;
};

struct exchange {
    uint16_t preference;
    struct host *host;
};

struct lookup {
    struct engine *engine;
    struct lookup_options options;
    struct table domains, hosts;
};

struct lookup *lookup_new(struct engine *e, const struct lookup_options *options)
{
    struct lookup *l = mem_new(1, sizeof *l);
    l->engine = e;
    l->options = *options;
    return l;
}

struct domain *lookup_domain(struct lookup *l, struct span name)
{
    struct domain *d = table_get(&l->domains, name);
    if (d != NULL)
        return d;
    d = mem_new(1, sizeof *d);
    d->name = mem_copy(name.p, name.n);
    table_set(&l->domains, span_of(d->name), d);
    engine_ask(l->engine, d->name, ns_t_mx, d);
    return d;
}

static const char *status_name(enum packet_status status)
{
    static const char *const names[] = {
        [PACKET_FOUND] = "ok",          [PACKET_NODATA] = "nodata",
        [PACKET_NXDOMAIN] = "nxdomain", [PACKET_SERVFAIL] = "servfail",
        [PACKET_REFUSED] = "refused",   [PACKET_TIMEOUT] = "timeout"};
    return names[status];
}

/*
 * What it means that no exchange has an address: the gravest thing heard of one of them, where `not
 * now` (SERVFAIL, no answer) counts more than `never`, so that trouble on the way makes no domain
 * dead.
 */
static enum packet_status worst_of(const struct domain *d)
{
    enum packet_status worst = PACKET_NODATA;
    for (size_t i = 0; i < d->count; i++)
        if (d->exchanges[i].host->worst > worst && d->exchanges[i].host->worst != PACKET_NXDOMAIN)
            worst = d->exchanges[i].host->worst;
    return worst;
}

/* All hosts are answered: writes the field. */
static void finish(struct domain *d)
{
    struct buf mx = {0};
    bool any = false;
    for (size_t i = 0; i < d->count; i++) {
        const struct exchange *x = &d->exchanges[i];
        any = any || x->host->addresses.n > 0;
        buf_format(&mx, "%s%u:%s=", i > 0 ? " " : "", x->preference, x->host->name);
        buf_add_span(&mx, buf_span(&x->host->addresses));
    }
    if (any) {
        d->mx = mem_copy(mx.p, mx.n);
    } else {
        d->status = status_name(worst_of(d));
    }
    buf_free(&mx);
    free(d->exchanges);
    d->exchanges = NULL;
    d->done = true;
}

static void finish_with(struct domain *d, const char *status)
{
    d->status = status;
    d->done = true;
}

static struct host *find_host(struct lookup *l, const char *name)
{
    struct host *h = table_get(&l->hosts, span_of(name));
    if (h != NULL)
        return h;
    h = mem_new(1, sizeof *h);
    h->name = mem_copy(name, strlen(name));
    h->worst = PACKET_FOUND;
    table_set(&l->hosts, span_of(h->name), h);
    h->pending = l->options.ipv4 + l->options.ipv6;
    if (l->options.ipv4)
        engine_ask(l->engine, h->name, ns_t_a, h);
    if (l->options.ipv6)
        engine_ask(l->engine, h->name, ns_t_aaaa, h);
    return h;
}

static void add_exchange(struct lookup *l, struct domain *d, uint16_t preference, const char *name)
{
    char lower[NS_MAXDNAME];
    size_t i = 0;
    for (; i < sizeof lower - 1 && name[i] != '\0'; i++)
        lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
    lower[i] = '\0';
    d->exchanges = mem_resize(d->exchanges, d->count + 1, sizeof *d->exchanges);
    d->exchanges[d->count++] = (struct exchange){preference, find_host(l, lower)};
}

/* Waits for the hosts that are not answered yet, or finishes. */
static void wait_for_hosts(struct domain *d)
{
    for (size_t i = 0; i < d->count; i++) {
        struct host *h = d->exchanges[i].host;
        if (h->pending == 0)
            continue;
        h->waiting =
            mem_grow(h->waiting, &h->waiting_room, h->waiting_count + 1, sizeof(struct domain *));
        h->waiting[h->waiting_count++] = d;
        d->pending++;
    }
    if (d->pending == 0)
        finish(d);
}

static int by_preference(const void *a, const void *b)
{
    const struct exchange *x = a, *y = b;
    return x->preference - y->preference;
}

/* Lowest preference first, equal ones in random order (RFC 5321 5.1). */
static void order(struct lookup *l, struct domain *d)
{
    for (size_t i = d->count; i > 1; i--) {
        size_t j = (size_t)rand_r(&l->options.seed) % i;
        struct exchange kept = d->exchanges[i - 1];
        d->exchanges[i - 1] = d->exchanges[j];
        d->exchanges[j] = kept;
    }
    qsort(d->exchanges, d->count, sizeof *d->exchanges, by_preference); /* glibc's sort is stable */
}

static void take_mx(struct lookup *l, struct domain *d, const struct packet_answer *a)
{
    if (a->status == PACKET_FOUND && a->count == 1 && a->records[0].value[0] == '\0') {
        finish_with(d, "null"); /* RFC 7505 */
        return;
    }
    d->status = a->status == PACKET_FOUND ? "ok" : "implicit";
    if (a->status == PACKET_NODATA)
        add_exchange(l, d, 0, d->name); /* RFC 5321 5.1: the domain itself */
    for (size_t i = 0; a->status == PACKET_FOUND && i < a->count; i++)
        if (name_is_host(a->records[i].value))
            add_exchange(l, d, a->records[i].preference, a->records[i].value);
    if (a->status != PACKET_FOUND && a->status != PACKET_NODATA) {
        finish_with(d, status_name(a->status));
        return;
    }
    order(l, d);
    wait_for_hosts(d);
}

static void take_address(struct host *h, const struct packet_answer *a)
{
    for (size_t i = 0; a->status == PACKET_FOUND && i < a->count; i++) {
        if (h->addresses.n > 0)
            buf_add_char(&h->addresses, ',');
        buf_add_string(&h->addresses, a->records[i].value);
    }
    if (a->status > h->worst)
        h->worst = a->status;
    if (--h->pending > 0)
        return;
    for (size_t i = 0; i < h->waiting_count; i++)
        if (--h->waiting[i]->pending == 0)
            finish(h->waiting[i]);
    free(h->waiting);
    h->waiting = NULL;
}

void lookup_take(struct lookup *l, void *owner, ns_type type, const struct packet_answer *a)
{
    if (type == ns_t_mx)
        take_mx(l, owner, a);
    else
        take_address(owner, a);
}

size_t lookup_count(const struct lookup *l)
{
    return l->domains.count;
}

void lookup_forget(struct lookup *l)
{
    for (size_t i = 0; i < l->domains.capacity; i++) {
        struct domain *d = l->domains.slots[i].value;
        if (d == NULL)
            continue;
        free(d->name);
        free(d->mx);
        free(d->exchanges);
        free(d);
    }
    for (size_t i = 0; i < l->hosts.capacity; i++) {
        struct host *h = l->hosts.slots[i].value;
        if (h == NULL)
            continue;
        free(h->name);
        free(h->waiting);
        buf_free(&h->addresses);
        free(h);
    }
    table_free(&l->domains);
    table_free(&l->hosts);
}

void lookup_free(struct lookup *l)
{
    lookup_forget(l);
    free(l);
}
