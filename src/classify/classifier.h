/*
 * classifier: the verdict on one text after another, by a ruleset and else by the codes. Each
 * thread has one of its own.
 */
#ifndef CLASSIFY_CLASSIFIER_H
#define CLASSIFY_CLASSIFIER_H

#include "classify/ruleset.h"

struct classifier {
    const struct ruleset *set;
    struct prefilter_scan *scan;
    struct matcher *matcher;
    struct diagnosis diagnosis; /* the present text: diagnosis_read() it first */
    uint64_t limits;            /* matches that hit a limit */
};

/* Empty words are NULL. */
struct verdict {
    enum type type;
    enum reason reason;
    const char *detail;
    struct span name; /* the rule's, or the status mask or code class that decided, or none */
    const struct rule *rule; /* NULL where no rule knew the text */
};

void classifier_init(struct classifier *c, const struct ruleset *set);

/* The first rule from number `from` on that holds for the diagnosis, or NULL. A rule that hits a
 * limit is said once, counted, and passed over. classifier_scan() comes before. */
const struct rule *classifier_find(struct classifier *c, size_t from);
void classifier_scan(struct classifier *c);

/* What the rules, or else the codes, say of the diagnosis. */
struct verdict classifier_decide(struct classifier *c);
void classifier_clear(struct classifier *c);

#endif
