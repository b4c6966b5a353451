#include "mxlookup/host.h"

#include "base/mem.h"
#include "lib/record.h"

#include <stdlib.h>

static void begin(struct host *h)
{
    h->worst = PACKET_FOUND;
    h->expires_s = INT64_MAX;
}

struct host *host_new(struct span name)
{
    struct host *h = memo_item_new(sizeof *h, name);
    begin(h);
    return h;
}

static void free_answers(struct host *h)
{
    free(h->base);
    free(h->tlsa_name);
    free(h->waiting);
    buf_clear(&h->ipv4);
    buf_clear(&h->ipv6);
    buf_clear(&h->secure);
}

void host_forget(struct host *h)
{
    free_answers(h);
    *h = (struct host){.item = h->item, .failure = h->failure};
    begin(h);
    h->item.saved = false;
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
    failure_save(&h->failure, out);
}

static void *load(struct span name, struct span text)
{
    enum { WORST, EXPIRES, IPV4, IPV6, SECURE, FAILURE, FIELDS = FAILURE + FAILURE_FIELDS };
    struct span fields[FIELDS];
    size_t count = record_cut(text, fields, FIELDS);
    struct failure failure = {0};
    if (count < FAILURE || fields[WORST].n != 1 ||
        (count > FAILURE && !failure_load(&failure, fields + FAILURE)))
        return NULL;
    struct host *h = host_new(name);
    h->worst = (enum packet_status)(fields[WORST].p[0] - '0');
    h->expires_s = strtoll(fields[EXPIRES].p, NULL, 10);
    buf_add_span(&h->ipv4, fields[IPV4]);
    buf_add_span(&h->ipv6, fields[IPV6]);
    buf_add_span(&h->secure, fields[SECURE]);
    h->failure = failure;
    return h;
}

static void free_host(void *item)
{
    free_answers(item);
    free(item);
}

const struct memo_kind host_kind = {is_idle, save, load, free_host};
