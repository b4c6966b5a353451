#include "mxlookup/host.h"

#include "base/mem.h"
#include "lib/record.h"

#include <stdlib.h>

struct host *host_new(struct span name)
{
    struct host *h = memo_item_new(sizeof *h, name);
    h->worst = PACKET_FOUND;
    h->expires_s = INT64_MAX;
    return h;
}

void host_add(struct buf *list, const char *value)
{
    if (list->n > 0)
        buf_add_char(list, ',');
    buf_add_string(list, value);
}

bool host_has_addresses(const struct host *h)
{
    return h->ipv4.n > 0 || h->ipv6.n > 0;
}

void host_addresses(const struct host *h, struct buf *out)
{
    buf_add_span(out, buf_span(&h->ipv4));
    if (h->ipv4.n > 0 && h->ipv6.n > 0)
        buf_add_char(out, ',');
    buf_add_span(out, buf_span(&h->ipv6));
}

static bool is_idle(const void *item)
{
    const struct host *h = item;
    return h->pending == 0 && h->users == 0;
}

static void save(const void *item, struct buf *out)
{
    const struct host *h = item;
    buf_add_char(out, (char)('0' + h->worst));
    buf_add_char(out, '\t');
    buf_add_number(out, (uintmax_t)h->expires_s, 10);
    buf_add_char(out, '\t');
    buf_add_span(out, buf_span(&h->ipv4));
    buf_add_char(out, '\t');
    buf_add_span(out, buf_span(&h->ipv6));
    buf_add_char(out, '\t');
    buf_add_span(out, buf_span(&h->secure));
}

static void *load(struct span name, struct span text)
{
    enum { WORST, EXPIRES, IPV4, IPV6, SECURE, FIELDS };
    struct span fields[FIELDS];
    if (record_cut(text, fields, FIELDS) != FIELDS || fields[WORST].n != 1)
        return NULL;
    struct host *h = host_new(name);
    h->worst = (enum packet_status)(fields[WORST].p[0] - '0');
    h->expires_s = strtoll(fields[EXPIRES].p, NULL, 10);
    buf_add_span(&h->ipv4, fields[IPV4]);
    buf_add_span(&h->ipv6, fields[IPV6]);
    buf_add_span(&h->secure, fields[SECURE]);
    return h;
}

static void free_host(void *item)
{
    struct host *h = item;
    free(h->base);
    free(h->tlsa_name);
    free(h->waiting);
    buf_clear(&h->ipv4);
    buf_clear(&h->ipv6);
    buf_clear(&h->secure);
    free(h);
}

const struct memo_kind host_kind = {is_idle, save, load, free_host};
