#include "mxlookup/tlsa.h"

#include "base/mem.h"
#include "lib/dnsname.h"

#include <stdlib.h>

static const char prefix[] = "_25._tcp.";

static bool can_have_records(struct span base)
{
    return sizeof prefix - 1 + base.n <= DNSNAME_LIMIT;
}

void tlsa_set_base(struct host *h, const char *canonical)
{
    char lower[DNSNAME_LIMIT];
    struct span name = span_of(canonical);
    if (h->base == NULL && can_have_records(name) && dnsname_copy(name, lower))
        h->base = mem_copy(lower, name.n);
}

static const char *name_at(struct host *h, const char *base)
{
    struct buf name = {0};
    buf_format(&name, "%s%s", prefix, base);
    free(h->tlsa_name);
    h->tlsa_name = mem_copy(name.p, name.n);
    buf_clear(&name);
    return h->tlsa_name;
}

/* The next name is that of the host itself; a name that DNS cannot hold has no records. */
static const char *ask_host_itself(struct host *h)
{
    if (can_have_records(h->item.name))
        return name_at(h, h->item.name.p);
    buf_add_string(&h->secure, "=none");
    return NULL;
}

/* No TLSA record helps if the addresses may be forged; and servers of zones without DNSSEC, which
 * would often fail at such a question, do not get it (RFC 7672 2.2). */
const char *tlsa_first(struct host *h)
{
    if (h->insecure)
        buf_add_string(&h->secure, "=insecure");
    if (h->insecure || !host_has_addresses(h))
        return NULL;
    return h->base != NULL ? name_at(h, h->base) : ask_host_itself(h);
}

static void write_found(struct host *h, const struct packet_answer *a)
{
    if (h->base != NULL)
        buf_format(&h->secure, "/%s", h->base);
    for (size_t i = 0; i < a->count; i++) {
        buf_add_char(&h->secure, i == 0 ? '=' : ',');
        buf_add_string(&h->secure, a->records[i].value);
    }
}

/* After a failure there may be records that forbid mail without TLS: it is not a denial (RFC 7672
 * 2.1.2), and the host's own name cannot replace a base domain that failed. */
const char *tlsa_next(struct host *h, const struct packet_answer *a)
{
    if (packet_has_failed(a->status)) {
        buf_add_string(&h->secure, "=failed");
    } else if (a->status == PACKET_FOUND && a->secure) {
        write_found(h, a);
    } else if (h->base != NULL) {
        free(h->base);
        h->base = NULL;
        return ask_host_itself(h);
    } else {
        buf_add_string(&h->secure, a->secure ? "=none" : "=insecure");
    }
    return NULL;
}
