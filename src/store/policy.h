/*
 * policy: quarantine.rules as values: when a reason quarantines, and for how long
 * (quarantine.rules(5)). Owns the rule files that its words point into.
 */
#ifndef STORE_POLICY_H
#define STORE_POLICY_H

#include "base/status.h"
#include "lib/rulefile.h"

#include <stdint.h>

enum {
    POLICY_NEVER = -1,
    POLICY_WORD = 24, /* the room of a reason or detail, with its NUL */
};

struct policy_rule {
    struct span reasons; /* blank-separated */
    struct span detail;  /* or empty: any */
    int64_t after;       /* errors, or POLICY_NEVER */
    int64_t forget_s;    /* seconds without an error, or POLICY_NEVER */
    int64_t release_s;   /* seconds after the quarantine began, or POLICY_NEVER */
    int64_t apart_s;     /* seconds between counted errors, 0: any */
    bool deny;           /* denied, not quarantined */
};

/* Is it a reason or detail as mxkit writes them: letters, digits and hyphens, and not too long? */
bool policy_is_word(struct span text);

struct policy {
    struct rulefile files[2];
    size_t file_count;
    struct policy_rule *rules;
    size_t count;
    int64_t window_s; /* the longest of all durations: how long an event must be remembered */
};

/* Loads local.quarantine.rules and quarantine.rules: 0 or an exit status, said on stderr. */
MUST_CHECK int policy_load(struct policy *p);

/* Adds the rules of one parsed file, which `p` does not take over. False with *problem set. */
MUST_CHECK bool policy_add(struct policy *p, const struct rulefile *file,
                           struct rule_problem *problem);

/* The first rule for a reason and detail, or NULL: then nothing is counted. */
const struct policy_rule *policy_find(const struct policy *p, struct span reason,
                                      struct span detail);
void policy_clear(struct policy *p);

#endif
