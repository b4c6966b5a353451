/*
 * fallback: the verdict where no rule knows the text: by the enhanced status code (the IANA
 * registry of RFC 5248), then by the reply code's first digit. A temporary failure is never hard
 * here.
 */
#ifndef CLASSIFY_FALLBACK_H
#define CLASSIFY_FALLBACK_H

#include "classify/diagnosis.h"
#include "classify/words.h"

struct fallback {
    const char *name; /* what stands in the rule column: "status *.1.1", "code 4xx", "-" */
    enum reason reason;
    enum type type;
    const char *detail; /* or NULL */
};

struct fallback fallback_decide(const struct diagnosis *d);

#endif
