/*
 * The verdict without a rule. The table is what the IANA registry of enhanced status codes (RFC
 * 5248) says of each code that a receiver can send, in the words of mxkit(7).
 */
#include "classify/fallback.h"

#include "tap.h"

static const struct {
    const char *status, *reason, *detail;
} registry[] = {
    {"5.1.0", "not-defined", NULL},            /* other address status */
    {"5.1.1", "user-unknown", "no-such-user"}, /* bad destination mailbox address */
    {"5.1.2", "invalid-domain", "nxdomain"},   /* bad destination system address */
    {"5.1.3", "user-unknown", "syntax"},       /* bad destination mailbox address syntax */
    {"5.1.4", "user-unknown", "no-such-user"}, /* destination mailbox address ambiguous */
    {"5.1.6", "user-unknown", "moved"},        /* mailbox has moved, no forwarding address */
    {"5.1.7", "refused", "sender"},            /* bad sender's mailbox address syntax */
    {"5.1.8", "refused", "sender"},            /* bad sender's system address */
    {"5.1.9", "unreachable", "protocol"},      /* message relayed to non-compliant mailer */
    {"5.1.10", "invalid-domain", "null-mx"},   /* recipient address has null MX */
    {"5.2.0", "not-defined", NULL},            /* other mailbox status */
    {"5.2.1", "inactive-user", NULL},          /* mailbox disabled, not accepting messages */
    {"5.2.2", "mailbox-full", NULL},           /* mailbox full */
    {"5.2.3", "refused", "size"},              /* message length exceeds the limit */
    {"5.2.4", "unreachable", "server"},        /* mailing list expansion problem */
    {"5.3.0", "unreachable", "server"},        /* other mail system status */
    {"5.3.1", "unreachable", "server"},        /* mail system full */
    {"5.3.2", "unreachable", "server"},        /* system not accepting network messages */
    {"5.3.3", "unreachable", "server"},        /* not capable of selected features */
    {"5.3.4", "refused", "size"},              /* message too big for system */
    {"5.3.5", "unreachable", "server"},        /* system incorrectly configured */
    {"5.4.1", "unreachable", "network"},       /* no answer from host */
    {"5.4.2", "unreachable", "network"},       /* bad connection */
    {"5.4.3", "unreachable", "dns"},           /* directory server failure */
    {"5.4.4", "unreachable", "dns"},           /* unable to route */
    {"5.4.5", "unreachable", "rate-limit"},    /* mail system congestion */
    {"5.4.6", "unreachable", "loop"},          /* routing loop detected */
    {"5.4.7", "unreachable", "expired"},       /* delivery time expired */
    {"5.5.1", "unreachable", "protocol"},      /* invalid command */
    {"5.5.3", "unreachable", "rate-limit"},    /* too many recipients */
    {"5.6.1", "refused", "content"},           /* media not supported */
    {"5.6.7", "refused", "content"},           /* non-ASCII addresses not permitted */
    {"5.7.1", "refused", "policy"},            /* delivery not authorized, message refused */
    {"5.7.5", "refused", "authentication"},    /* cryptographic failure */
    {"5.7.8", "refused", "authentication"},    /* authentication credentials invalid */
    {"5.7.10", "unreachable", "tls"},          /* encryption needed */
    {"5.7.13", "inactive-user", NULL},         /* user account disabled */
    {"5.7.17", "user-unknown", "moved"},       /* mailbox owner has changed */
    {"5.7.18", "invalid-domain", "nxdomain"},  /* domain owner has changed */
    {"5.7.20", "refused", "authentication"},   /* no passing DKIM signature found */
    {"5.7.26", "refused", "authentication"},   /* multiple authentication checks failed */
    {"5.7.30", "refused", "authentication"},   /* REQUIRETLS support required */
    {"4.4.1", "unreachable", "network"},       /* no answer from host */
    {"4.0.0", "unreachable", "server"},        /* undefined, may pass */
};

static struct fallback decide(const char *code, const char *status)
{
    const struct span unset = {0};
    struct diagnosis d = {0};
    diagnosis_read(&d, span_of("zork"), span_of(code), span_of(status), unset);
    struct fallback f = fallback_decide(&d);
    diagnosis_clear(&d);
    return f;
}

static bool is(struct fallback f, const char *reason, const char *detail)
{
    return strcmp(reason_name(f.reason), reason) == 0 &&
           (detail == NULL ? f.detail == NULL : f.detail != NULL && strcmp(f.detail, detail) == 0);
}

static void test_registry(void)
{
    size_t wrong = 0, hard = 0;
    for (size_t i = 0; i < sizeof registry / sizeof *registry; i++) {
        struct fallback f = decide("", registry[i].status);
        if (is(f, registry[i].reason, registry[i].detail))
            continue;
        printf("# %s is %s\n", registry[i].status, reason_name(f.reason));
        wrong++;
    }
    ok(wrong == 0, "a status decides as the registry of status codes says");
    for (int subject = 0; subject <= 7; subject++)
        for (int detail = 0; detail <= 999; detail++) {
            char status[32];
            snprintf(status, sizeof status, "5.%d.%d", subject, detail);
            struct fallback f = decide("550", status);
            hard += f.type == TYPE_HARD;
        }
    ok(hard == 0, "no status alone is hard");
}

static void test_temporary(void)
{
    size_t hard = 0;
    for (int subject = 0; subject <= 7; subject++)
        for (int detail = 0; detail <= 30; detail++) {
            char status[32];
            snprintf(status, sizeof status, "4.%d.%d", subject, detail);
            hard += decide("", status).type == TYPE_HARD;
            hard += decide("450", status).type == TYPE_HARD;
            status[0] = '5';
            hard += decide("450", status).type == TYPE_HARD;
        }
    ok(hard == 0, "no temporary failure is hard, whatever its status");
    ok(is(decide("450", "5.1.1"), "unreachable", "server"),
       "a code 4yz outweighs the status of an unknown user");
    ok(is(decide("421", ""), "unreachable", "server") &&
           is(decide("550", ""), "not-defined", NULL) && is(decide("", ""), "not-defined", NULL),
       "without a status a code 4yz is unreachable, and another one tells nothing");
}

int main(void)
{
    test_registry();
    test_temporary();
    return done();
}
