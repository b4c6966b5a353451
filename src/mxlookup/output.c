#include "mxlookup/output.h"

#include "base/ascii.h"
#include "base/clock.h"
#include "mxlookup/mx_list.h"

#include <stdlib.h>

enum { COLUMN_TEXT, COLUMN_RESULT };

const char *const output_reads[] = {"text", "result", NULL};

const char *const *output_adds(const struct output *o)
{
    static const char *const rows[] = {"mx_status", "mx", "text", NULL};
    static const char *const secure[] = {"mx_status", "mx", "text", "mx_secure", NULL};
    static const char *const list[] = {"mx_status", "preference", "exchange", "ip", "ttl", NULL};
    return o->list ? list : o->secure ? secure : rows;
}

static struct span span_or_unset(const char *text)
{
    return text != NULL ? span_of(text) : span_make(NULL, 0);
}

/* True if the row already has the final result of its message: then its text stays. */
static bool is_over(struct output *o, struct span line)
{
    struct span result = stream_get_from(o->stream, line, COLUMN_RESULT, &o->scratch);
    return result.n > 0 && !span_is(result, "deferred");
}

/* Why mail cannot be delivered; if it can, the text that the row had before. */
static struct span text_of(struct output *o, struct span line, enum mx_status status,
                           const struct domain *d)
{
    if ((d != NULL && d->mx != NULL) || is_over(o, line))
        return stream_get_from(o->stream, line, COLUMN_TEXT, &o->scratch);
    buf_empty(&o->text);
    struct span name = d != NULL ? d->item.name : stream_key_from(o->stream, line, &o->key);
    mx_status_text(status, name, &o->text);
    return buf_span(&o->text);
}

/* Keeps what follows the line, from the second row of a domain on, if it is the same in all of its
 * rows: that is faster, and a domain with one row needs no memory for it. */
static void write_values(struct output *o, struct span line, struct domain *d,
                         const struct span *values)
{
    bool same = d != NULL && stream_appends(o->stream) && !stream_has(o->stream, COLUMN_RESULT);
    if (same && d->written)
        stream_format_tail(o->stream, &d->tail, values);
    if (d != NULL)
        d->written = true;
    stream_write(o->stream, line, values);
}

static void write_row(struct output *o, struct span line, enum mx_status status, struct domain *d)
{
    if (d != NULL && d->tail.n > 0) {
        stream_write_tail(o->stream, line, buf_span(&d->tail));
        return;
    }
    const struct span values[] = {
        span_of(mx_status_name(status)),
        span_or_unset(d != NULL ? d->mx : NULL),
        text_of(o, line, status, d),
        span_or_unset(d != NULL ? d->tlsa : NULL),
    };
    write_values(o, line, d, values);
}

static void write_address(struct output *o, struct span line, enum mx_status status,
                          struct span preference, struct span host, struct span ip, struct span ttl)
{
    const struct span values[] = {span_of(mx_status_name(status)), preference, host, ip, ttl};
    stream_write(o->stream, line, values);
}

/* The seconds that are left till then, as a text in o->text. */
static struct span ttl_till(struct output *o, struct span expiry)
{
    int64_t left_s = strtoll(expiry.p, NULL, 10) - clock_now();
    buf_empty(&o->text);
    buf_add_number(&o->text, left_s > 0 ? (uintmax_t)left_s : 0, 10);
    return buf_span(&o->text);
}

/* Writes a row for each address; one row if there is no exchange. */
static void list_row(struct output *o, struct span line, enum mx_status status,
                     const struct domain *d)
{
    static const struct span none = {0};
    struct span mx = span_or_unset(d != NULL ? d->mx : NULL), expiry, ip;
    struct span expiries = span_or_unset(d != NULL ? d->expiries : NULL);
    struct mx_item x;
    if (mx.n == 0)
        write_address(o, line, status, none, none, none, none);
    while (mx_list_next(&mx, &x) && span_next_word(&expiries, &expiry)) {
        struct span ttl = ttl_till(o, expiry);
        while (mx_list_next_ip(&x.ips, &ip))
            write_address(o, line, status, x.preference, x.host, ip, ttl);
    }
}

void output_row(struct output *o, struct span line, struct domain *d)
{
    enum mx_status status = d != NULL ? d->status : MX_BADNAME;
    if (o->list)
        list_row(o, line, status, d);
    else
        write_row(o, line, status, d);
    if (d == NULL || d->mx == NULL)
        stream_mark_failed(o->stream);
    o->unanswered = o->unanswered || status == MX_TIMEOUT;
}

void output_clear(struct output *o)
{
    buf_clear(&o->text);
    buf_clear(&o->key);
    buf_clear(&o->scratch);
}
