/*
 * rule: one block of bounce.rules as a value: when it holds, and the verdict it gives.
 * A rule owns its patterns and lists; its words are borrowed from the rulefile, which must outlive
 * it.
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

/* Several words or patterns of one keyword. */
struct mask_list {
    struct span *masks;
    size_t count;
};

struct pattern_list {
    struct pattern **patterns;
    struct span *texts; /* as they stand in the file */
    size_t *numbers;    /* of the patterns in the prefilter */
    size_t count;
};

struct rule {
    struct span name;
    const struct rulefile *file;
    const struct rule_block *block; /* its lines: the examples are read from there */
    enum reason reason;
    enum type type;
    const char *detail;       /* or NULL */
    int64_t retry_s, pause_s; /* seconds, -1 where the rule says nothing: for mxsend */
    struct mask_list codes, statuses, hosts;
    struct pattern_list matches, nots;
    atomic_bool limit_told; /* that a pattern of it hit a limit was said */
};

/* How a rule is made. */
struct rule_options {
    bool jit;
    struct prefilter *prefilter; /* its patterns are added there ... */
    int group;                   /* ... in this group */
};

/* False with *problem set where the block is no rule. */
MUST_CHECK bool rule_parse(struct rule *r, const struct rulefile *file,
                           const struct rule_block *block, const struct rule_options *options,
                           struct rule_problem *problem);

/* A hard rule without `code` and `status` does not hold for a temporary failure: what may work
 * later costs nobody an address, unless the rule says that it means to. */
bool rule_holds_for_lasting_only(const struct rule *r);

/* Does a mask of three digits and `x` match a reply code, or every code that another mask matches?
 */
bool rule_code_matches(struct span mask, struct span code);

/* Do code, status and host meet the rule's conditions? */
bool rule_meets_codes(const struct rule *r, struct diagnosis *d);

/* Does the rule hold for a text that `s` has scanned? PATTERN_LIMIT where a pattern gave up. */
enum pattern_result rule_match(const struct rule *r, const struct prefilter_scan *s,
                               struct matcher *m, struct diagnosis *d);

/* The first of the list's patterns that matches the text: its place, or list->count. */
size_t rule_find_pattern(const struct pattern_list *list, struct matcher *m, struct span text);
void rule_clear(struct rule *r);

#endif
