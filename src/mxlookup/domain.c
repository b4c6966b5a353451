#include "mxlookup/domain.h"

#include "base/mem.h"
#include "lib/record.h"

#include <stdlib.h>

static const char *const status_names[MX_STATUSES] = {
    "ok", "implicit", "null", "nxdomain", "nodata", "servfail", "refused", "timeout", "badname"};

const char *mx_status_name(enum mx_status status)
{
    return status_names[status];
}

void mx_status_text(enum mx_status status, struct span name, struct buf *out)
{
    static const struct {
        const char *before, *after;
    } texts[MX_STATUSES] = {
        [MX_NULL] = {"DNS query failed for '", "': it takes no mail (null MX, RFC 7505)"},
        [MX_NXDOMAIN] = {"DNS query failed for '", "': no such domain (NXDOMAIN)"},
        [MX_NODATA] = {"'", "' has no MX record nor an address that mail can be sent to"},
        [MX_SERVFAIL] = {"Temporary DNS failure for '", "': its DNS servers failed (SERVFAIL)"},
        [MX_REFUSED] = {"Temporary DNS failure for '", "': the DNS server refused (REFUSED)"},
        [MX_TIMEOUT] = {"Temporary DNS failure for '", "': no DNS server answered in time"},
        [MX_BADNAME] = {"Bad recipient address syntax: '", "' has no domain that DNS could hold"},
    };
    if (texts[status].before == NULL)
        return;
    buf_add_string(out, texts[status].before);
    buf_add_span(out, name);
    buf_add_string(out, texts[status].after);
}

void domain_drop_exchanges(struct domain *d)
{
    for (size_t i = 0; i < d->count; i++) {
        struct host *h = d->exchanges[i].host;
        h->users--;
        if (h->glue)
            host_kind.free(h);
    }
    free(d->exchanges);
    d->exchanges = NULL;
    d->count = 0;
}

static bool is_idle(const void *item)
{
    const struct domain *d = item;
    return d->done && d->users == 0;
}

static const char *or_unset(const char *text)
{
    return text != NULL ? text : "-";
}

static void save(const void *item, struct buf *out)
{
    const struct domain *d = item;
    buf_add_string(out, status_names[d->status]);
    buf_add_char(out, '\t');
    buf_add_number(out, (uintmax_t)d->expires_s, 10);
    buf_add_string(out, d->secure ? "\t1\t" : "\t0\t");
    buf_add_string(out, or_unset(d->mx));
    buf_add_char(out, '\t');
    buf_add_string(out, or_unset(d->expiries));
    buf_add_char(out, '\t');
    buf_add_string(out, or_unset(d->tlsa));
}

static char *copy_set(struct span s)
{
    return span_is(s, "-") ? NULL : mem_copy(s.p, s.n);
}

static void *load(struct span name, struct span text)
{
    enum { STATUS, EXPIRES, SECURE, MX, EXPIRIES, TLSA, FIELDS };
    struct span fields[FIELDS];
    int status = 0;
    if (record_cut(text, fields, FIELDS) != FIELDS || fields[EXPIRES].n == 0)
        return NULL;
    while (status < MX_STATUSES && !span_is(fields[STATUS], status_names[status]))
        status++;
    if (status == MX_STATUSES)
        return NULL;
    struct domain *d = memo_item_new(sizeof *d, name);
    d->done = true;
    d->status = (enum mx_status)status;
    d->expires_s = strtoll(fields[EXPIRES].p, NULL, 10);
    d->secure = span_is(fields[SECURE], "1");
    d->mx = copy_set(fields[MX]);
    d->expiries = copy_set(fields[EXPIRIES]);
    d->tlsa = copy_set(fields[TLSA]);
    return d;
}

static void free_domain(void *item)
{
    struct domain *d = item;
    free(d->mx);
    free(d->expiries);
    free(d->tlsa);
    domain_drop_exchanges(d);
    buf_clear(&d->tail);
    free(d);
}

const struct memo_kind domain_kind = {is_idle, save, load, free_domain};
