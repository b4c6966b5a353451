/*
 * ruleset: all rules of bounce.rules(5) in order, those of local.bounce.rules first.
 * Owns the rule files, the rules and the prefilter. A loaded ruleset does not change, but for the
 * rules' limit_reported, so threads can share it.
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

/* Loads the rules, or only those of the file `path` unless that is NULL; `jit` turns on the
 * just-in-time compiler. Returns 0; or EX_CONFIG if a file is missing or any rule is wrong,
 * EX_NOINPUT if `path` is missing, EX_IOERR. Each wrong rule is reported on stderr, and *set is
 * empty then. */
MUST_CHECK int ruleset_load(struct ruleset *set, const char *path, bool jit);

/* Frees what the set owns and makes it empty. */
void ruleset_clear(struct ruleset *set);

#endif
