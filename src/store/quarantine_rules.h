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
    QUARANTINE_WORD = 24,       /* the room for a reason or detail, with its NUL */
    QUARANTINE_APART_S = 86400, /* between counted errors that are soft, if a block does not say */
};

/* The type of an error or, in a block without a type, QUARANTINE_ANY: hard and soft. */
enum quarantine_type { QUARANTINE_ANY, QUARANTINE_HARD, QUARANTINE_SOFT, QUARANTINE_IGNORED };

/* One block of the file. The spans are borrowed from the rule file. */
struct quarantine_rule {
    struct span reasons; /* words separated by blanks */
    struct span detail;  /* empty: any */
    enum quarantine_type type;
    int64_t after;     /* errors, or QUARANTINE_NEVER */
    int64_t forget_s;  /* seconds without an error, or QUARANTINE_NEVER */
    int64_t release_s; /* seconds after the error that began the quarantine, or QUARANTINE_NEVER */
    int64_t apart_s;   /* seconds between counted errors, or QUARANTINE_NEVER: not given */
    bool deny;         /* deny the address instead of quarantining it */
};

/* A block `guard domain` or `guard receiver`: if this many addresses of one domain or receiver fail
 * as dead, something is wrong with it, not with them. */
struct guard_rule {
    bool given;
    int64_t addresses; /* more than this, or QUARANTINE_NEVER: the guard is off */
    int64_t share;     /* and more than this percentage of the addresses that were written to */
    int64_t within_s;  /* in this time */
};

enum guard_kind { GUARD_DOMAIN, GUARD_RECEIVER, GUARD_KINDS };

/* True if it can be a reason or detail: at most 23 letters, digits and hyphens, at least one, and
 * no hyphen first. */
bool quarantine_is_word(struct span text);

struct quarantine_rules {
    struct rulefile files[2];
    size_t file_count;
    struct quarantine_rule *rules;
    size_t count;
    struct guard_rule guards[GUARD_KINDS]; /* the first block of each; not given: off */
    int64_t window_s; /* the longest duration of all rules: how long events are remembered */
};

/* Loads local.quarantine.rules, if it is there, and quarantine.rules. Returns 0 or an exit status
 * (reported), and then *p is empty. */
MUST_CHECK int quarantine_rules_load(struct quarantine_rules *p);

/* Adds the rules of a parsed file, which stays the caller's and must outlive `p`. False, with
 * *problem set and nothing reported, if a rule is wrong. */
MUST_CHECK bool quarantine_rules_add(struct quarantine_rules *p, const struct rulefile *file,
                                     struct rule_problem *problem);

/* The first rule for an error, borrowed from `p`; words are compared without regard to case. NULL
 * if no rule applies: such errors are not counted. A type QUARANTINE_ANY counts as hard. */
const struct quarantine_rule *quarantine_rules_find(const struct quarantine_rules *p,
                                                    struct span reason, struct span detail,
                                                    enum quarantine_type type);

/* True if a rule names the reason and, unless it is empty, the detail. */
bool quarantine_rules_name(const struct quarantine_rules *p, struct span reason,
                           struct span detail);

/* True if a rule for the reason names a detail, so that the detail decides. */
bool quarantine_rules_need_detail(const struct quarantine_rules *p, struct span reason);

/* True if that many errors quarantine an address. */
bool quarantine_rule_reached(const struct quarantine_rule *rule, int64_t errors);

/* Until when an error at `time_s` quarantines an address, or QUARANTINE_NEVER: for good. */
int64_t quarantine_rule_until(const struct quarantine_rule *rule, int64_t time_s);

/* How far apart counted errors of this type must be, in seconds. */
int64_t quarantine_rule_apart(const struct quarantine_rule *rule, enum quarantine_type type);

/* Complaints have one spelling: the reason `complaint` becomes `refused` with that detail. */
void quarantine_one_spelling(char reason[QUARANTINE_WORD], char detail[QUARANTINE_WORD]);

void quarantine_rules_clear(struct quarantine_rules *p);

#endif
