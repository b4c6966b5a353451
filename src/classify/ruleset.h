/*
 * ruleset: all rules of bounce.rules(5) in order, those of local.bounce.rules first, and
 * among them the guards, which hold back each hard rule.
 * Owns the rule files, the rules and the prefilters. A loaded ruleset does not
 * change, but for the rules' limit_reported, so threads can share it.
 */
#ifndef CLASSIFY_RULESET_H
#define CLASSIFY_RULESET_H

#include "base/status.h"
#include "classify/rule.h"

struct ruleset {
    struct rulefile files[3]; /* a file by its name, and those of the directory */
    size_t file_count;
    struct rule *rules;
    size_t count;
    size_t own; /* how many of them, the first ones, are not borrowed from the rules directory */
    struct prefilter *prefilter;
    struct rule **guards; /* those of the rules that are guards */
    size_t guard_count;
    struct prefilter *guard_prefilter; /* of the guards alone */
};

/* Loads the rules, or only those of the file `path` unless that is NULL; `jit` turns on the
 * just-in-time compiler. If a hard rule of `path` needs guards and the file has none, those of the
 * rules directory guard it. Returns 0; or EX_CONFIG if a file is missing or any rule is wrong,
 * EX_NOINPUT if `path` is missing, EX_IOERR. Each wrong rule is reported on stderr, and *set is
 * empty then. */
MUST_CHECK int ruleset_load(struct ruleset *set, const char *path, bool jit);

/* Frees what the set owns and makes it empty. */
void ruleset_clear(struct ruleset *set);

#endif
