#include "classify/words.h"

static const char *const type_names[] = {"hard", "soft", "ignored"};

static const struct {
    const char *name;
    enum type type;
    const char *details[13]; /* NULL-ended */
} reasons[] = {
    [REASON_USER_UNKNOWN] = {"user-unknown", TYPE_HARD, {"no-such-user", "syntax", "moved"}},
    [REASON_ACCOUNT_DISABLED] = {"account-disabled", TYPE_HARD, {0}},
    [REASON_INACTIVE_USER] = {"inactive-user", TYPE_SOFT, {0}},
    [REASON_MAILBOX_FULL] = {"mailbox-full", TYPE_SOFT, {0}},
    [REASON_INVALID_DOMAIN] = {"invalid-domain", TYPE_SOFT, {"nxdomain", "no-mx", "null-mx"}},
    [REASON_REFUSED] = {"refused",
                        TYPE_SOFT,
                        {"complaint", "spam", "reputation", "blocklist", "authentication", "policy",
                         "content", "virus", "size", "relay", "sender", "reverse-dns"}},
    [REASON_UNREACHABLE] = {"unreachable",
                            TYPE_SOFT,
                            {"rate-limit", "greylist", "server", "network", "timeout", "tls",
                             "protocol", "loop", "dns", "expired"}},
    [REASON_AUTO_REPLY] = {"auto-reply", TYPE_IGNORED, {"vacation", "challenge", "delay"}},
    [REASON_NOT_DEFINED] = {"not-defined", TYPE_IGNORED, {0}},
};

const char *type_name(enum type type)
{
    return type_names[type];
}

bool type_find(struct span name, enum type *type)
{
    for (enum type t = TYPE_HARD; t <= TYPE_IGNORED; t++)
        if (span_is(name, type_names[t])) {
            *type = t;
            return true;
        }
    return false;
}

const char *reason_name(enum reason reason)
{
    return reasons[reason].name;
}

bool reason_find(struct span name, enum reason *reason)
{
    for (enum reason r = REASON_USER_UNKNOWN; r <= REASON_NOT_DEFINED; r++)
        if (span_is(name, reasons[r].name)) {
            *reason = r;
            return true;
        }
    return false;
}

enum type reason_type(enum reason reason)
{
    return reasons[reason].type;
}

const char *detail_find(enum reason reason, struct span name)
{
    for (const char *const *d = reasons[reason].details; *d != NULL; d++)
        if (span_is(name, *d))
            return *d;
    return NULL;
}
