/*
 * classifier: gives a verdict on one text after another, by a ruleset or else by the codes.
 * Owns its scan, its matcher and its diagnosis, and borrows the ruleset, which must outlive it.
 * Each thread needs a classifier of its own. Nothing here fails, but for a rule that hits a limit
 * of PCRE2 (reported).
 */
#ifndef CLASSIFY_CLASSIFIER_H
#define CLASSIFY_CLASSIFIER_H

#include "classify/guards.h"

struct classifier {
    const struct ruleset *set;
    struct prefilter_scan *scan;
    struct matcher *matcher;
    struct diagnosis diagnosis; /* the present text; the caller fills it by diagnosis_read() */
    uint64_t limits;            /* matches that hit a limit */
    struct guards guards;
    const unsigned char *answers; /* of the guards to the present text, or NULL before */
    const struct rule *held; /* the first rule that a guard held back since the scan, or NULL */
};

/* Borrows from the rule files, so it lives as long as the ruleset. */
struct verdict {
    enum type type;
    enum reason reason;
    const char *detail; /* or NULL */
    /* What decided: the rule's name, a status mask such as "*.2.2" or the code class "code-4xx".
     * Empty if nothing did. */
    struct span name;
    const struct rule *rule; /* NULL if no rule matched */
};

void classifier_init(struct classifier *c, const struct ruleset *set);

/* Scans the text of the diagnosis for classifier_find(). */
void classifier_scan(struct classifier *c);

/* Returns the first rule from number `from` on that matches the diagnosis, or NULL. The caller runs
 * classifier_scan() first. A rule that hits a limit counts as one that does not match: each time is
 * counted in c->limits, and the first time for the ruleset is reported on stderr. */
const struct rule *classifier_find(struct classifier *c, size_t from);

/* Returns PATTERN_YES if the guard matches the text. The caller runs classifier_scan() first. */
enum pattern_result classifier_ask_guard(struct classifier *c, struct rule *guard);

/* Returns the first guard that matches the text, or that hits a limit, so that in doubt no rule is
 * hard; or NULL. */
const struct rule *classifier_guard(struct classifier *c);

/* Scans the text, then returns the verdict of the first rule that matches, or else of the codes. */
struct verdict classifier_decide(struct classifier *c);

/* Frees what the classifier owns. */
void classifier_clear(struct classifier *c);

#endif
