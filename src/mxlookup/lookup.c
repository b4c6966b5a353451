#include "mxlookup/lookup.h"

#include "base/mem.h"
#include "mxlookup/target.h"
#include "mxlookup/tlsa.h"
#include "mxlookup/unroutable.h"

#include <stdlib.h>

enum {
    IN_MEMORY = 8192,   /* idle domains, and idle hosts, to keep in memory */
    LONGEST_TTL = 86400 /* seconds: no answer is kept for longer */
};

struct lookup {
    struct engine *engine;
    struct lookup_options options;
    struct memo *domains, *hosts;
    struct domain *done, *last_done; /* the list of lookup_next_done() */
    struct buf mx, expiries, tlsa;   /* being made, for finish_domain() */
    int64_t now_s;                   /* when the present answer came: TTLs count from here */
};

struct lookup *lookup_new(struct engine *e, const struct lookup_options *options)
{
    struct lookup *l = mem_new(1, sizeof *l);
    l->engine = e;
    l->options = *options;
    l->domains = memo_new(&domain_kind, IN_MEMORY);
    l->hosts = memo_new(&host_kind, IN_MEMORY);
    return l;
}

static void note(const struct lookup *l, const struct domain *d, const char *what, const char *why)
{
    if (l->options.note != NULL)
        l->options.note(d->item.name.p, what, why);
}

static int64_t earlier(int64_t one_s, int64_t other_s)
{
    return one_s < other_s ? one_s : other_s;
}

/* When the answer does. A failure may be over in a moment, whatever the TTLs of other records say:
 * nothing that it is part of is kept (RFC 2308 7). */
static int64_t expiry(const struct lookup *l, const struct packet_answer *a)
{
    return l->now_s + (packet_has_failed(a->status) ? 0 : a->ttl_s);
}

/* The clock is read for failures only. */
static void note_end(const struct lookup *l, struct failure *f, bool failed)
{
    failure_note(f, failed, failed ? l->options.clock_ms() : 0);
}

static bool is_over(const struct lookup *l, const struct failure *f)
{
    return f->wait_ms > 0 && failure_is_over(f, l->options.clock_ms());
}

/* An address literal needs no query: mail goes to the address itself (RFC 5321 4.1.3). */
static void answer_literal(struct lookup *l, struct domain *d, struct span address)
{
    struct buf mx = {0};
    char *ip = mem_copy(address.p, address.n);
    bool v6 = strchr(ip, ':') != NULL;
    const char *why = l->options.allow_private ? NULL : unroutable_address(ip);
    d->done = true;
    d->status = MX_NODATA;
    if (why == NULL && !(v6 ? l->options.ipv6 : l->options.ipv4))
        why = "is excluded by -4 or -6";
    if (why != NULL) {
        note(l, d, ip, why);
    } else {
        buf_format(&mx, "0:%s=%s", d->item.name.p, ip);
        d->status = MX_OK;
        d->mx = mem_copy(mx.p, mx.n);
        d->expiries = mem_copy("0", 1);
        buf_clear(&mx);
    }
    free(ip);
}

struct domain *lookup_domain(struct lookup *l, struct span name)
{
    struct span ip;
    struct domain *d = memo_find(l->domains, name);
    bool known = d != NULL;
    if (known && !(d->done && d->users == 0 && is_over(l, &d->failure)))
        return d;
    if (known)
        domain_forget(d);
    else
        d = memo_item_new(sizeof *d, name);
    if (target_is_literal(name, &ip))
        answer_literal(l, d, ip);
    else
        engine_ask(l->engine, d->item.name.p, ns_t_mx, d);
    if (!known)
        memo_add(l->domains, d);
    return d;
}

static enum mx_status status_of(enum packet_status status)
{
    static const enum mx_status statuses[] = {
        [PACKET_FOUND] = MX_OK,          [PACKET_NODATA] = MX_NODATA,
        [PACKET_NXDOMAIN] = MX_NXDOMAIN, [PACKET_SERVFAIL] = MX_SERVFAIL,
        [PACKET_REFUSED] = MX_REFUSED,   [PACKET_TIMEOUT] = MX_TIMEOUT};
    return statuses[status];
}

/*
 * What to report if no exchange has an address: the worst status of its hosts. A failure that may
 * pass (SERVFAIL, REFUSED, no answer) counts more than NODATA, so that trouble on the way never
 * makes a domain dead; and a host that does not exist does not make the domain NXDOMAIN.
 */
static enum packet_status worst_of(const struct domain *d)
{
    enum packet_status worst = PACKET_NODATA;
    for (size_t i = 0; i < d->count; i++)
        if (d->exchanges[i].host->worst > worst && d->exchanges[i].host->worst != PACKET_NXDOMAIN)
            worst = d->exchanges[i].host->worst;
    return worst;
}

static enum mx_status status_without_address(const struct domain *d)
{
    enum mx_status status = status_of(worst_of(d));
    return status == MX_NODATA && d->status == MX_OK ? MX_UNUSABLE : status;
}

static void end_domain(struct lookup *l, struct domain *d, enum mx_status status)
{
    d->status = status;
    d->done = true;
    note_end(l, &d->failure, mx_status_has_failed(status));
    domain_drop_exchanges(d);
    if (d->users == 0)
        return;
    d->next = NULL;
    if (l->last_done != NULL)
        l->last_done->next = d;
    else
        l->done = d;
    l->last_done = d;
}

struct domain *lookup_next_done(struct lookup *l)
{
    struct domain *d = l->done;
    if (d == NULL)
        return NULL;
    l->done = d->next;
    l->last_done = l->done != NULL ? l->last_done : NULL;
    return d;
}

static char *copy_if_any(const struct buf *text)
{
    return text->n > 0 ? mem_copy(text->p, text->n) : NULL;
}

static void add_separator(struct buf *list)
{
    if (list->n > 0)
        buf_add_char(list, ' ');
}

/* Once all hosts are answered. */
static void finish_domain(struct lookup *l, struct domain *d)
{
    struct buf *mx = &l->mx, *expiries = &l->expiries, *tlsa = &l->tlsa;
    buf_empty(mx);
    buf_empty(expiries);
    buf_empty(tlsa);
    for (size_t i = 0; i < d->count; i++) {
        const struct exchange *x = &d->exchanges[i];
        int64_t expires_s = earlier(x->expires_s, x->host->expires_s);
        d->expires_s = earlier(d->expires_s, expires_s);
        if (!host_has_addresses(x->host))
            continue;
        add_separator(mx);
        buf_add_number(mx, x->preference, 10);
        buf_add_char(mx, ':');
        buf_add_string(mx, x->host->item.name.p);
        buf_add_char(mx, '=');
        host_addresses(x->host, mx);
        add_separator(expiries);
        buf_add_number(expiries, (uintmax_t)expires_s, 10);
        if (!d->secure)
            continue;
        add_separator(tlsa);
        buf_add_string(tlsa, x->host->item.name.p);
        buf_add_span(tlsa, buf_span(&x->host->secure));
    }
    d->mx = copy_if_any(mx);
    d->expiries = copy_if_any(expiries);
    d->tlsa = copy_if_any(tlsa);
    end_domain(l, d, d->mx != NULL ? d->status : status_without_address(d));
}

/* `d`, for the note, may be NULL. */
static void add_address(struct lookup *l, const struct domain *d, struct host *h, const char *ip)
{
    const char *why = l->options.allow_private ? NULL : unroutable_address(ip);
    if (why == NULL)
        host_add(strchr(ip, ':') != NULL ? &h->ipv6 : &h->ipv4, ip);
    else if (d != NULL)
        note(l, d, ip, why);
}

static bool wants(const struct lookup *l, ns_type type)
{
    return type == ns_t_a ? l->options.ipv4 : l->options.ipv6;
}

static bool has_glue(const struct packet_answer *a, struct span name, ns_type type)
{
    for (size_t i = 0; i < a->glue_count; i++)
        if (a->glue[i].type == type && span_is_caseless(name, a->glue[i].host))
            return true;
    return false;
}

/*
 * Makes a host of the additional section of the MX answer; NULL if that lacks addresses of a type
 * that we ask for. Other domains must not use it: they may trust the servers of the host, not those
 * of this domain (RFC 2181 5.4.1). With --dnssec it is not used at all, since AD does not vouch for
 * the additional section (RFC 4035 3.2.3).
 */
static struct host *host_of_glue(struct lookup *l, const struct domain *d, struct span name,
                                 const struct packet_answer *a)
{
    if (l->options.dnssec || (wants(l, ns_t_a) && !has_glue(a, name, ns_t_a)) ||
        (wants(l, ns_t_aaaa) && !has_glue(a, name, ns_t_aaaa)))
        return NULL;
    struct host *h = host_new(name);
    h->glue = true;
    for (size_t i = 0; i < a->glue_count; i++) {
        const struct packet_glue *g = &a->glue[i];
        if (!wants(l, g->type) || !span_is_caseless(name, g->host))
            continue;
        add_address(l, d, h, g->address);
        h->expires_s = earlier(h->expires_s, l->now_s + g->ttl_s);
    }
    return h;
}

static void ask_host(struct lookup *l, struct host *h, const char *name, ns_type type)
{
    engine_ask(l->engine, name, type, h);
    h->pending++;
}

static struct host *find_host(struct lookup *l, const struct domain *d, struct span name,
                              const struct packet_answer *a)
{
    struct host *h = memo_find(l->hosts, name), *glue;
    bool known = h != NULL;
    if (known && !(h->pending == 0 && h->users == 0 && is_over(l, &h->failure)))
        return h;
    glue = host_of_glue(l, d, name, a);
    if (glue != NULL)
        return glue;
    if (known)
        host_forget(h);
    else
        h = host_new(name);
    if (wants(l, ns_t_a))
        ask_host(l, h, h->item.name.p, ns_t_a);
    if (wants(l, ns_t_aaaa))
        ask_host(l, h, h->item.name.p, ns_t_aaaa);
    if (!known)
        memo_add(l->hosts, h);
    return h;
}

static void add_exchange(struct lookup *l, struct domain *d, uint16_t preference, const char *name,
                         const struct packet_answer *a)
{
    char lower[PACKET_VALUE];
    size_t i = 0;
    for (; i < sizeof lower - 1 && name[i] != '\0'; i++)
        lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
    lower[i] = '\0';
    if (d->exchanges == NULL)
        d->exchanges = mem_new(a->count > 0 ? a->count : 1, sizeof *d->exchanges);
    struct exchange *x = &d->exchanges[d->count++];
    *x = (struct exchange){preference, expiry(l, a), find_host(l, d, span_of(lower), a)};
    struct host *h = x->host;
    h->users++;
    if (h->pending == 0)
        return;
    h->waiting =
        mem_grow(h->waiting, &h->waiting_room, h->waiting_count + 1, sizeof(struct domain *));
    h->waiting[h->waiting_count++] = d;
    d->pending++;
}

static int by_preference(const void *a, const void *b)
{
    const struct exchange *x = a, *y = b;
    return x->preference - y->preference;
}

/* The lowest preference comes first; equal ones are in random order (RFC 5321 5.1). */
static void order_exchanges(struct lookup *l, struct domain *d)
{
    if (d->count < 2)
        return;
    for (size_t i = d->count; i > 1; i--) {
        size_t j = (size_t)rand_r(&l->options.seed) % i;
        struct exchange kept = d->exchanges[i - 1];
        d->exchanges[i - 1] = d->exchanges[j];
        d->exchanges[j] = kept;
    }
    /* glibc's sort is stable, so that equal ones stay in random order. */
    qsort(d->exchanges, d->count, sizeof *d->exchanges, by_preference);
}

/* True if the answer names this exchange with a lower preference too, or earlier with the same. */
static bool is_repeated(const struct packet_answer *a, size_t i)
{
    const struct packet_record *r = &a->records[i], *other = a->records;
    for (size_t j = 0; j < a->count; j++, other++) {
        bool earlier = j < i && other->preference == r->preference;
        if (j != i && strcasecmp(other->value, r->value) == 0 &&
            (earlier || other->preference < r->preference))
            return true;
    }
    return false;
}

static void add_exchanges(struct lookup *l, struct domain *d, const struct packet_answer *a)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct packet_record *r = &a->records[i];
        const char *why = unroutable_host(r->value);
        if (why != NULL)
            note(l, d, *r->value != '\0' ? r->value : "the root", why);
        else if (!is_repeated(a, i))
            add_exchange(l, d, r->preference, r->value, a);
    }
}

/* True if there are null MX records and no others. A server may send one twice. */
static bool is_null_mx(const struct packet_answer *a)
{
    size_t i = 0;
    while (i < a->count && a->records[i].value[0] == '\0')
        i++;
    return a->count > 0 && i == a->count;
}

static void read_mx_answer(struct lookup *l, struct domain *d, const struct packet_answer *a)
{
    d->expires_s = earlier(expiry(l, a), l->now_s + LONGEST_TTL);
    d->secure = a->secure;
    if (a->aliased)
        note(l, d, "it", "is an alias (CNAME)");
    if (a->status == PACKET_FOUND && is_null_mx(a)) {
        end_domain(l, d, MX_NULL); /* RFC 7505 3 */
        return;
    }
    if (a->status != PACKET_FOUND && a->status != PACKET_NODATA) {
        end_domain(l, d, status_of(a->status));
        return;
    }
    d->status = a->status == PACKET_FOUND ? MX_OK : MX_IMPLICIT;
    if (a->status == PACKET_NODATA)
        add_exchange(l, d, 0, d->item.name.p, a); /* the implicit MX of RFC 5321 5.1 */
    else
        add_exchanges(l, d, a);
    order_exchanges(l, d);
    if (d->pending == 0)
        finish_domain(l, d);
}

static void read_addresses(struct lookup *l, struct host *h, const struct packet_answer *a)
{
    const struct domain *d = h->waiting_count > 0 ? h->waiting[0] : NULL;
    if (a->aliased && d != NULL)
        note(l, d, h->item.name.p, "is an alias (CNAME)");
    if (a->status > h->worst)
        h->worst = a->status;
    if (a->status != PACKET_FOUND)
        return;
    for (size_t i = 0; i < a->count; i++)
        add_address(l, d, h, a->records[i].value);
    h->insecure = h->insecure || !a->secure;
    if (a->aliased)
        tlsa_set_base(h, a->canonical);
}

static void end_host(struct lookup *l, struct host *h)
{
    note_end(l, &h->failure, packet_has_failed(h->worst));
    for (size_t i = 0; i < h->waiting_count; i++)
        if (--h->waiting[i]->pending == 0)
            finish_domain(l, h->waiting[i]);
    free(h->waiting);
    h->waiting = NULL;
    h->waiting_count = h->waiting_room = 0;
}

static void read_host_answer(struct lookup *l, struct host *h, ns_type type,
                             const struct packet_answer *a)
{
    const char *tlsa_name = NULL;
    h->expires_s = earlier(h->expires_s, expiry(l, a));
    if (type == (ns_type)PACKET_TYPE_TLSA)
        tlsa_name = tlsa_next(h, a);
    else
        read_addresses(l, h, a);
    if (type != (ns_type)PACKET_TYPE_TLSA && h->pending == 1 && l->options.dnssec)
        tlsa_name = tlsa_first(h);
    if (tlsa_name != NULL)
        ask_host(l, h, tlsa_name, (ns_type)PACKET_TYPE_TLSA);
    if (--h->pending == 0)
        end_host(l, h);
}

void lookup_answer(struct lookup *l, void *owner, ns_type type, const struct packet_answer *a,
                   int64_t now_s)
{
    l->now_s = now_s;
    if (type == ns_t_mx)
        read_mx_answer(l, owner, a);
    else
        read_host_answer(l, owner, type, a);
}

struct memo *lookup_domains(struct lookup *l)
{
    return l->domains;
}

bool lookup_restore(struct lookup *l, struct span name, struct span text, int64_t now_s)
{
    struct domain *d = domain_kind.load(name, text);
    if (d == NULL)
        return false;
    bool fresh = d->expires_s > now_s, failed = mx_status_has_failed(d->status);
    domain_kind.free(d);
    if (fresh && !failed)
        memo_add_text(l->domains, name, text);
    return !failed;
}

void lookup_free(struct lookup *l)
{
    memo_free(l->domains);
    memo_free(l->hosts);
    buf_clear(&l->mx);
    buf_clear(&l->expiries);
    buf_clear(&l->tlsa);
    free(l);
}
