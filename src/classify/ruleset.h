/*
 * ruleset: all rules of bounce.rules in order, local.bounce.rules first. Owns the rule files and
 * the rules. Once loaded it does not change, so that threads share it.
 */
#ifndef CLASSIFY_RULESET_H
#define CLASSIFY_RULESET_H

#include "base/status.h"
#include "classify/rule.h"

struct ruleset {
    struct rulefile files[2];
    size_t file_count;
    struct rule *rules;
    size_t count;
    struct prefilter *prefilter;
};

/* 0, or the exit status where a file or a rule is wrong; every wrong rule is said on stderr. `path`
 * names one file alone, or NULL. */
MUST_CHECK int ruleset_load(struct ruleset *set, const char *path, bool jit);
void ruleset_clear(struct ruleset *set);

#endif
