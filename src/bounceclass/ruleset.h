/*
 * ruleset: all rules of bounce.rules in order, local.bounce.rules first, and the verdict on a
 * diagnosis. Owns the rule files and the rules.
 */
#ifndef BOUNCECLASS_RULESET_H
#define BOUNCECLASS_RULESET_H

#include "rule.h"

struct ruleset {
    struct rulefile files[2];
    size_t file_count;
    struct rule *rules;
    size_t count;
    struct prefilter *prefilter;
    size_t limits; /* matches that hit a limit */
};

/* Empty words are NULL. `rule` is the rule's name, or the status mask or code class that decided,
 * or NULL. */
struct verdict {
    enum type type;
    enum reason reason;
    const char *detail;
    struct span rule;
};

/* 0, or the exit status where a file or a rule is wrong; every wrong rule is said on stderr. `path`
 * names one file alone, or NULL. */
int ruleset_load(struct ruleset *set, const char *path, bool jit);

/* The first rule that holds, or NULL. A rule that hits a limit is said once, counted, and passed
 * over. */
struct rule *ruleset_find(struct ruleset *set, const struct diagnosis *d);

/* What the rules, or else the codes, say. */
struct verdict ruleset_decide(struct ruleset *set, const struct diagnosis *d);
void ruleset_free(struct ruleset *set);

#endif
