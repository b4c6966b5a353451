#include "mxlookup/domain.h"

#include "base/ascii.h"
#include "base/mem.h"
#include "lib/record.h"
#include "mxlookup/mx_list.h"

#include <stdlib.h>

/* In the memo and the cache. */
static const char *const saved_names[MX_STATUSES] = {"ok",      "implicit", "null",     "nxdomain",
                                                     "nodata",  "unusable", "servfail", "refused",
                                                     "timeout", "badname"};

const char *mx_status_name(enum mx_status status)
{
    return saved_names[status == MX_UNUSABLE ? MX_NODATA : status];
}

bool mx_status_has_failed(enum mx_status status)
{
    return status == MX_SERVFAIL || status == MX_REFUSED || status == MX_TIMEOUT;
}

void mx_status_text(enum mx_status status, struct span name, struct buf *out)
{
    static const struct {
        const char *before, *after;
    } texts[MX_STATUSES] = {
        [MX_NULL] = {"DNS query failed for '", "': it takes no mail (null MX, RFC 7505)"},
        [MX_NXDOMAIN] = {"DNS query failed for '", "': no such domain (NXDOMAIN)"},
        [MX_NODATA] = {"'", "' has no MX record nor an address that mail can be sent to"},
        [MX_UNUSABLE] = {"'", "' has an MX record, but no mail exchanger with an address that mail "
                              "can be sent to"},
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
    buf_add_string(out, saved_names[d->status]);
    buf_add_char(out, '\t');
    buf_add_number(out, (uintmax_t)d->expires_s, 10);
    buf_add_char(out, '\t');
    buf_add_string(out, or_unset(d->mx));
    buf_add_char(out, '\t');
    buf_add_string(out, or_unset(d->expiries));
    buf_add_char(out, '\t');
    buf_add_string(out, or_unset(d->tlsa));
    failure_save(&d->failure, out);
}

static char *copy_set(struct span s)
{
    return span_is(s, "-") ? NULL : mem_copy(s.p, s.n);
}

static bool is_moment(struct span text)
{
    return span_is_digits(text, 12);
}

/* Counts the words; 0 if one of them is not a moment. */
static size_t count_moments(struct span list)
{
    struct span word;
    size_t count = 0;
    for (; span_next_word(&list, &word); count++)
        if (!is_moment(word))
            return 0;
    return count;
}

enum { FIELD_STATUS, FIELD_EXPIRES, FIELD_MX, FIELD_EXPIRIES, FIELD_TLSA, FIELDS };

static bool has_sound_exchanges(const struct span fields[FIELDS], int status)
{
    size_t count = mx_list_count(fields[FIELD_MX]);
    if (status == MX_OK || status == MX_IMPLICIT)
        return count > 0 && count_moments(fields[FIELD_EXPIRIES]) == count;
    return span_is(fields[FIELD_MX], "-") && span_is(fields[FIELD_EXPIRIES], "-");
}

/* The text may come from a file that somebody else has changed. */
static void *load(struct span name, struct span text)
{
    enum { FAILED_FIELDS = FIELDS + FAILURE_FIELDS };
    struct span fields[FAILED_FIELDS + 1];
    int status = 0;
    struct failure failure = {0};
    size_t count = record_cut(text, fields, FAILED_FIELDS + 1);
    if ((count != FIELDS && count != FAILED_FIELDS) || !is_moment(fields[FIELD_EXPIRES]))
        return NULL;
    while (status < MX_STATUSES && !span_is(fields[FIELD_STATUS], saved_names[status]))
        status++;
    if (status == MX_STATUSES || !has_sound_exchanges(fields, status))
        return NULL;
    if (mx_status_has_failed((enum mx_status)status) != (count == FAILED_FIELDS) ||
        (count == FAILED_FIELDS && !failure_load(&failure, fields + FIELDS)))
        return NULL;
    struct domain *d = memo_item_new(sizeof *d, name);
    d->done = true;
    d->status = (enum mx_status)status;
    d->failure = failure;
    d->expires_s = strtoll(fields[FIELD_EXPIRES].p, NULL, 10);
    d->mx = copy_set(fields[FIELD_MX]);
    d->expiries = copy_set(fields[FIELD_EXPIRIES]);
    d->tlsa = copy_set(fields[FIELD_TLSA]);
    return d;
}

static void free_answer(struct domain *d)
{
    free(d->mx);
    free(d->expiries);
    free(d->tlsa);
    domain_drop_exchanges(d);
    buf_clear(&d->tail);
}

static void free_domain(void *item)
{
    free_answer(item);
    free(item);
}

void domain_forget(struct domain *d)
{
    free_answer(d);
    *d = (struct domain){.item = d->item, .failure = d->failure};
    d->item.saved = false;
}

const struct memo_kind domain_kind = {is_idle, save, load, free_domain};
