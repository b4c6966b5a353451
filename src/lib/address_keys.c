#include "lib/address_keys.h"

#include "base/ascii.h"
#include "lib/address.h"
#include "lib/domain.h"
#include "lib/unicode.h"

/* True for two labels or more, the last of which is not a number: 1.50 and 2026.11.24 are not
 * domains. */
static bool has_labels(struct span domain)
{
    const char *dot = domain.n > 0 ? memrchr(domain.p, '.', domain.n) : NULL;
    for (const char *p = dot; p != NULL && p < domain.p + domain.n; p++)
        if (!ascii_is_digit(*p) && *p != '.')
            return true;
    return false;
}

static bool is_domain(struct span text)
{
    struct buf domain = {0};
    struct span ip;
    bool fits = domain_read(text, &domain) &&
                (domain_is_literal(buf_span(&domain), &ip) || has_labels(buf_span(&domain)));
    buf_clear(&domain);
    return fits;
}

static bool is_address(struct span value)
{
    struct buf address = {0};
    bool fits = address_read(value, &address);
    buf_clear(&address);
    value = unicode_trim(value);
    return fits || (span_at(value, 0) == '@' && is_domain(span_make(value.p + 1, value.n - 1)));
}

static bool is_address_or_domain(struct span value)
{
    return is_address(value) || is_domain(unicode_trim(value));
}

#define ADDRESS_NAMES                                                                              \
    "emailaddress", "email", "mailaddress", "mail", "address", "recipient", "recipientaddress"

const struct key_kind key_address = {
    .own = (const char *const[]){"address", NULL},
    .names = (const char *const[]){ADDRESS_NAMES, NULL},
    .what = "address",
    .fits = is_address,
};

const struct key_kind key_address_or_domain = {
    .own = (const char *const[]){"address", "domain", NULL},
    .names = (const char *const[]){ADDRESS_NAMES, "domain", "domainname", NULL},
    .what = "address or domain",
    .fits = is_address_or_domain,
};
