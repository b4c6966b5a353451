/*
 * fallback: the verdict if no rule matches the text: the enhanced status code decides (RFC 3463 and
 * the IANA registry of RFC 5248), or else the first digit of the reply code. It is never hard: a
 * hard verdict needs words about the recipient. All strings are static. Pure; nothing fails.
 */
#ifndef CLASSIFY_FALLBACK_H
#define CLASSIFY_FALLBACK_H

#include "classify/diagnosis.h"
#include "classify/words.h"

struct fallback {
    const char *name; /* for the column `rule`: "*.1.1", "code-4xx", or NULL if nothing decided */
    enum reason reason;
    enum type type;
    const char *detail; /* or NULL */
};

struct fallback fallback_decide(const struct diagnosis *d);

#endif
