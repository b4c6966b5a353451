/*
 * rule: one block of bounce.rules(5) as a value: when it matches, and its verdict. A guard is a
 * rule without a verdict: its patterns tell that a text speaks of something else than the
 * recipient. A rule owns its patterns and lists. It borrows its words and its lines from the
 * rulefile, which must outlive it. No I/O: rule_parse() hands what is wrong to the caller.
 */
#ifndef CLASSIFY_RULE_H
#define CLASSIFY_RULE_H

#include "base/status.h"
#include "classify/diagnosis.h"
#include "classify/prefilter.h"
#include "classify/words.h"
#include "lib/pattern.h"
#include "lib/rulefile.h"

#include <stdatomic.h>
#include <stdint.h>

/* The masks of all lines with the same keyword. */
struct mask_list {
    struct span *masks;
    size_t count;
};

struct pattern_list {
    struct pattern **patterns;
    struct span *texts; /* as the file has them */
    size_t *numbers;    /* of the patterns in the prefilter */
    size_t count;
};

/* A guard that a line `if` or `unless` names. */
struct condition {
    struct rule_line line; /* with the name as its value */
    bool holds;            /* whether the guard must match */
    struct rule *guard;    /* found by ruleset.c */
};

struct rule {
    struct span name;
    const struct rulefile *file;
    const struct rule_block *block; /* its lines, with the examples */
    enum reason reason;
    enum type type;
    const char *detail;       /* static, or NULL */
    int64_t retry_s, pause_s; /* seconds, or -1 if the rule does not set it; for mxsend */
    struct mask_list codes, statuses, hosts;
    struct pattern_list matches, nots;
    bool is_guard;
    size_t guard_number; /* among the guards of the ruleset */
    bool despite;        /* a hard rule that no guard holds back */
    struct condition *conditions;
    size_t condition_count;
    atomic_bool limit_reported; /* that one of its patterns hit a limit */
};

/* How rule_parse() makes a rule. */
struct rule_options {
    bool jit;
    struct prefilter *prefilter; /* borrowed; rule_parse() adds the patterns to it ... */
    int group;                   /* ... in this group */
};

/* Parses a block. The caller frees *r by rule_clear(). Returns false with *problem set, and *r
 * empty, if the block is not a valid rule; what it added to the prefilter stays there. */
MUST_CHECK bool rule_parse(struct rule *r, const struct rulefile *file,
                           const struct rule_block *block, const struct rule_options *options,
                           struct rule_problem *problem);

/* True for a hard rule without `code` and `status`. It does not match a temporary failure, so that
 * a failure that may pass costs nobody an address unless the rule asks for it. */
bool rule_holds_for_lasting_only(const struct rule *r);

/* True for a hard rule that matches no text that a guard matches. */
bool rule_is_guarded(const struct rule *r);

/* True if `mask`, three digits or `x`, matches a reply code. `code` can also be a mask: then true
 * if `mask` matches each code that `code` matches. Both have three bytes at least. */
bool rule_code_matches(struct span mask, struct span code);

/* True if the code, the status and the host meet the rule's conditions. */
bool rule_meets_codes(const struct rule *r, struct diagnosis *d);

/* Matches the patterns of the rule against a text that `s` has scanned. Returns PATTERN_LIMIT if a
 * pattern hit a limit, so that the answer is unknown. */
enum pattern_result rule_match_text(const struct rule *r, const struct prefilter_scan *s,
                                    struct matcher *m, struct span text);

/* Does so for the text of the diagnosis, if that meets the rule's codes. The guards are left to the
 * caller. */
enum pattern_result rule_match(const struct rule *r, const struct prefilter_scan *s,
                               struct matcher *m, struct diagnosis *d);

/* Returns the place in the list of the first pattern that matches the text, or list->count. A
 * pattern that hits a limit counts as one that does not match. */
size_t rule_find_pattern(const struct pattern_list *list, struct matcher *m, struct span text);

/* Frees what the rule owns and makes it empty. */
void rule_clear(struct rule *r);

#endif
