/*
 * quarantine_rules: quarantine.rules as values: how many errors of a reason quarantine an address,
 * and for how long (quarantine.rules(5)). Loaded rules own the rule files that their words point
 * into; the caller frees them with quarantine_rules_clear(). Loading fails if a rule is wrong or a
 * file is missing.
 */
#ifndef STORE_QUARANTINE_RULES_H
#define STORE_QUARANTINE_RULES_H

#include "base/status.h"
#include "lib/rulefile.h"

#include <stdint.h>

enum {
    QUARANTINE_NEVER = -1,
    QUARANTINE_WORD = 24, /* the room for a reason or detail, with its NUL */
};

/* One block of the file. The spans are borrowed from the rule file. */
struct quarantine_rule {
    struct span reasons; /* words separated by blanks */
    struct span detail;  /* empty: any */
    int64_t after;       /* errors, or QUARANTINE_NEVER */
    int64_t forget_s;    /* seconds without an error, or QUARANTINE_NEVER */
    int64_t release_s; /* seconds after the error that began the quarantine, or QUARANTINE_NEVER */
    int64_t apart_s;   /* seconds between counted errors; 0: any */
    bool deny;         /* deny the address instead of quarantining it */
};

/* True if it can be a reason or detail: at most 23 letters, digits and hyphens, at least one, and
 * no hyphen first. */
bool quarantine_is_word(struct span text);

struct quarantine_rules {
    struct rulefile files[2];
    size_t file_count;
    struct quarantine_rule *rules;
    size_t count;
    int64_t window_s; /* the longest duration of all rules: how long events are remembered */
};

/* Loads local.quarantine.rules, if it is there, and quarantine.rules. Returns 0 or an exit status
 * (reported), and then *p is empty. */
MUST_CHECK int quarantine_rules_load(struct quarantine_rules *p);

/* Adds the rules of a parsed file, which stays the caller's and must outlive `p`. False, with
 * *problem set and nothing reported, if a rule is wrong. */
MUST_CHECK bool quarantine_rules_add(struct quarantine_rules *p, const struct rulefile *file,
                                     struct rule_problem *problem);

/* The first rule for a reason and detail, borrowed from `p`. NULL if no rule applies: such errors
 * are not counted. */
const struct quarantine_rule *quarantine_rules_find(const struct quarantine_rules *p,
                                                    struct span reason, struct span detail);
void quarantine_rules_clear(struct quarantine_rules *p);

#endif
