/*
 * policy: quarantine.rules as values: how many errors of a reason quarantine an address, and for
 * how long (quarantine.rules(5)). A loaded policy owns the rule files that its words point into;
 * the caller frees it with policy_clear(). Loading fails if a rule is wrong or a file is missing.
 */
#ifndef STORE_POLICY_H
#define STORE_POLICY_H

#include "base/status.h"
#include "lib/rulefile.h"

#include <stdint.h>

enum {
    POLICY_NEVER = -1,
    POLICY_WORD = 24, /* the room for a reason or detail, with its NUL */
};

/* One block of the file. The spans are borrowed from the rule file. */
struct policy_rule {
    struct span reasons; /* words separated by blanks */
    struct span detail;  /* empty: any */
    int64_t after;       /* errors, or POLICY_NEVER */
    int64_t forget_s;    /* seconds without an error, or POLICY_NEVER */
    int64_t release_s;   /* seconds after the error that began the quarantine, or POLICY_NEVER */
    int64_t apart_s;     /* seconds between counted errors; 0: any */
    bool deny;           /* deny the address instead of quarantining it */
};

/* True if it can be a reason or detail: at most 23 letters, digits and hyphens, at least one, and
 * no hyphen first. */
bool policy_is_word(struct span text);

struct policy {
    struct rulefile files[2];
    size_t file_count;
    struct policy_rule *rules;
    size_t count;
    int64_t window_s; /* the longest duration of all rules: how long events are remembered */
};

/* Loads local.quarantine.rules, if it is there, and quarantine.rules. Returns 0 or an exit status
 * (reported), and then *p is empty. */
MUST_CHECK int policy_load(struct policy *p);

/* Adds the rules of a parsed file, which stays the caller's and must outlive `p`. False, with
 * *problem set and nothing reported, if a rule is wrong. */
MUST_CHECK bool policy_add(struct policy *p, const struct rulefile *file,
                           struct rule_problem *problem);

/* The first rule for a reason and detail, borrowed from `p`. NULL if no rule applies: such errors
 * are not counted. */
const struct policy_rule *policy_find(const struct policy *p, struct span reason,
                                      struct span detail);
void policy_clear(struct policy *p);

#endif
