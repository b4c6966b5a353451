#include "classify/fallback.h"

#include "lib/rulefile.h"

/* The first mask that matches decides. A row without an RFC is from RFC 3463. */
static const struct {
    const char *mask;
    enum reason reason;
    const char *detail;
} statuses[] = {
    {"*.1.1", REASON_USER_UNKNOWN, "no-such-user"},
    {"*.1.2", REASON_INVALID_DOMAIN, "nxdomain"},
    {"*.1.3", REASON_USER_UNKNOWN, "syntax"},
    {"*.1.4", REASON_USER_UNKNOWN, "no-such-user"},
    {"*.1.6", REASON_USER_UNKNOWN, "moved"},
    {"*.1.7", REASON_REFUSED, "sender"},
    {"*.1.8", REASON_REFUSED, "sender"},
    {"*.1.9", REASON_UNREACHABLE, "protocol"},    /* RFC 3886 */
    {"*.1.10", REASON_INVALID_DOMAIN, "null-mx"}, /* RFC 7505 */
    {"*.2.1", REASON_INACTIVE_USER, NULL},
    {"*.2.2", REASON_MAILBOX_FULL, NULL},
    {"*.2.3", REASON_REFUSED, "size"},
    {"*.2.4", REASON_UNREACHABLE, "server"},
    {"*.3.1", REASON_UNREACHABLE, "server"},
    {"*.3.2", REASON_UNREACHABLE, "server"},
    {"*.3.4", REASON_REFUSED, "size"},
    {"*.3.*", REASON_UNREACHABLE, "server"},
    {"*.4.2", REASON_UNREACHABLE, "network"},
    {"*.4.3", REASON_UNREACHABLE, "dns"},
    {"*.4.4", REASON_UNREACHABLE, "dns"},
    {"*.4.5", REASON_UNREACHABLE, "rate-limit"},
    {"*.4.6", REASON_UNREACHABLE, "loop"},
    {"*.4.7", REASON_UNREACHABLE, "expired"},
    {"*.4.*", REASON_UNREACHABLE, "network"},
    {"*.5.3", REASON_UNREACHABLE, "rate-limit"},
    {"*.5.*", REASON_UNREACHABLE, "protocol"},
    {"*.6.*", REASON_REFUSED, "content"},
    {"*.7.5", REASON_REFUSED, "authentication"},
    {"*.7.8", REASON_REFUSED, "authentication"},   /* RFC 4954 */
    {"*.7.9", REASON_REFUSED, "authentication"},   /* RFC 4954 */
    {"*.7.10", REASON_UNREACHABLE, "tls"},         /* RFC 5248: encryption needed */
    {"*.7.11", REASON_UNREACHABLE, "tls"},         /* RFC 4954 */
    {"*.7.13", REASON_INACTIVE_USER, NULL},        /* RFC 5248: user account disabled */
    {"*.7.17", REASON_USER_UNKNOWN, "moved"},      /* RFC 7293: the mailbox changed hands */
    {"*.7.18", REASON_INVALID_DOMAIN, "nxdomain"}, /* RFC 7293: the domain changed hands */
    {"*.7.2?", REASON_REFUSED, "authentication"},  /* RFC 7372, 7505, 8617 */
    {"*.7.30", REASON_REFUSED, "authentication"},  /* RFC 8689: REQUIRETLS */
    {"*.7.*", REASON_REFUSED, "policy"},
    {"4.*.*", REASON_UNREACHABLE, "server"},
};

/* A status alone is never hard: too many receivers answer 5.1.1 to what has nothing to do with the
 * recipient, and no text tells that this one means it. */
static struct fallback make(const char *name, enum reason reason, const char *detail)
{
    enum type type = reason_type(reason);
    return (struct fallback){name, reason, type == TYPE_HARD ? TYPE_SOFT : type, detail};
}

/* Decides without a status. A 5yz whose text is unknown can mean anything. */
static struct fallback by_code(const struct diagnosis *d)
{
    if (diagnosis_is_temporary(d))
        return make("code-4xx", REASON_UNREACHABLE, "server");
    return make(NULL, REASON_NOT_DEFINED, NULL);
}

struct fallback fallback_decide(const struct diagnosis *d)
{
    for (size_t i = 0; d->status.n > 0 && i < sizeof statuses / sizeof *statuses; i++) {
        if (!rule_mask_match(span_of(statuses[i].mask), d->status))
            continue;
        struct fallback f = make(statuses[i].mask, statuses[i].reason, statuses[i].detail);
        bool lasting = reason_type(f.reason) == TYPE_HARD;
        return lasting && diagnosis_is_temporary(d) ? by_code(d) : f;
    }
    return by_code(d);
}
