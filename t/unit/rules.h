/*
 * rules: rules from a string, for the unit tests of src/classify. They are parsed as bounce.rules
 * is, into a ruleset that owns them; load_rules() is not for files.
 */
#ifndef MXKIT_RULES_H
#define MXKIT_RULES_H

#include "base/mem.h"
#include "classify/ruleset.h"

/* Parses at most `most` rules. Returns their number, or -1 if one is not valid; *problem is set
 * then. */
static inline int load_rules(struct ruleset *set, const char *text, size_t most,
                             struct rule_problem *problem)
{
    char *bytes = mem_copy(text, strlen(text));
    *set = (struct ruleset){
        .prefilter = prefilter_new(), .guard_prefilter = prefilter_new(), .file_count = 1};
    bool good = rulefile_parse(&set->files[0], "test.rules", bytes, strlen(text), problem);
    set->rules = mem_new(most, sizeof *set->rules);
    for (size_t i = 0; good && i < set->files[0].block_count && i < most; i++) {
        const struct rule_options options = {false, set->prefilter, (int)i};
        good =
            rule_parse(&set->rules[i], &set->files[0], &set->files[0].blocks[i], &options, problem);
        set->count += good;
    }
    prefilter_build(set->prefilter);
    return good ? (int)set->count : -1;
}

#endif
