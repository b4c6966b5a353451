#include "classify/diagnosis.h"

#include "base/escape.h"
#include "classify/codes.h"
#include "classify/host.h"
#include "classify/oneline.h"

/* Returns at most DIAGNOSIS_LIMIT bytes of the text. CR and LF become LF, and each other byte that
 * is not text (escape.h) becomes `?`. */
static struct span clean(struct diagnosis *d, struct span text)
{
    d->cut = text.n > DIAGNOSIS_LIMIT;
    if (d->cut)
        text.n = DIAGNOSIS_LIMIT;
    size_t good = escape_text_prefix(text);
    if (good == text.n)
        return text;
    buf_empty(&d->cleaned);
    while (text.n > 0) {
        bool bad = good < text.n;
        buf_add(&d->cleaned, text.p, good);
        if (bad)
            buf_add_char(&d->cleaned, text.p[good] == '\n' || text.p[good] == '\r' ? '\n' : '?');
        good += bad;
        text = span_make(text.p + good, text.n - good);
        good = escape_text_prefix(text);
    }
    return buf_span(&d->cleaned);
}

static bool is_undefined(struct span status)
{
    return status.n == 0 || (status.n == 5 && memcmp(status.p + 1, ".0.0", 4) == 0);
}

bool diagnosis_is_temporary(const struct diagnosis *d)
{
    return d->code.n > 0 ? d->code.p[0] == '4' : d->status.n > 0 && d->status.p[0] == '4';
}

void diagnosis_read(struct diagnosis *d, struct span text, struct span code, struct span status,
                    struct span host)
{
    d->text = clean(d, text);
    struct codes found = codes_find(d->text);
    d->code = codes_is_code(code) ? code : found.code;
    d->status = codes_is_status(status) ? status : span_make(NULL, 0);
    if (is_undefined(d->status) && found.status.n > 0)
        d->status = found.status;
    d->reply = found.at;
    d->host = host;
    d->host_sought = host.n > 0;
    d->lines = d->text;
    d->text = oneline_make(&d->joined, d->text, d->code, d->status);
}

struct span diagnosis_host(struct diagnosis *d)
{
    if (!d->host_sought)
        d->host = host_find(d->lines, d->reply);
    d->host_sought = true;
    return d->host;
}

void diagnosis_clear(struct diagnosis *d)
{
    buf_clear(&d->cleaned);
    buf_clear(&d->joined);
}
