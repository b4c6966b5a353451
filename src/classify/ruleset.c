#include "classify/ruleset.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/status.h"
#include "classify/shadow.h"
#include "lib/rulesdir.h"

#include <stdlib.h>
#include <sysexits.h>

static const struct rule *find_name(const struct ruleset *set, struct span name)
{
    for (size_t i = 0; i < set->count; i++)
        if (span_equal(set->rules[i].name, name))
            return &set->rules[i];
    return NULL;
}

/* Reports each rule that can never match. */
static int check_shadows(const struct ruleset *set)
{
    struct matcher *m = matcher_new();
    int status = 0;
    for (size_t later = 1; later < set->count; later++)
        for (size_t i = 0; i < later; i++) {
            const struct rule *rule = &set->rules[later], *earlier = &set->rules[i];
            struct rule_problem problem;
            /* Rules of local.bounce.rules are allowed to override ours. */
            if (earlier->file != rule->file || !shadow_covers(earlier, rule, m))
                continue;
            rule_problem_at(&problem, rule->file, &rule->block->lines[0],
                            "this rule can never match, because %.*s (%s:%zu) always matches "
                            "first; move this rule up, or make that one narrower",
                            (int)earlier->name.n, earlier->name.p, earlier->file->name,
                            earlier->block->lines[0].line);
            status = rule_problem_say(&problem);
            break;
        }
    matcher_free(m);
    return status;
}

/* Adds the rules of one file. Goes on after a wrong one, so that one run reports them all. */
static int add_file(struct ruleset *set, const struct rulefile *file, bool jit)
{
    int status = 0;
    set->rules = mem_resize(set->rules, set->count + file->block_count, sizeof *set->rules);
    for (size_t i = 0; i < file->block_count; i++) {
        struct rule_problem problem;
        struct rule *rule = &set->rules[set->count];
        const struct rule_options options = {jit, set->prefilter, (int)set->count};
        bool good = rule_parse(rule, file, &file->blocks[i], &options, &problem);
        if (good && find_name(set, rule->name) != NULL) {
            good = rule_problem_at(&problem, file, &file->blocks[i].lines[0],
                                   "another rule has this name; rename one of them");
            rule_clear(rule);
        }
        if (good)
            set->count++;
        else
            status = rule_problem_say(&problem);
    }
    return status;
}

static int load_files(struct ruleset *set, const char *path)
{
    if (path == NULL)
        return rulesdir_load("bounce.rules", set->files, &set->file_count);
    int status = rulefile_load(&set->files[0], path);
    set->file_count = status == 0;
    if (status == EX_NOINPUT)
        err_say("no rule file %s; check the name", path);
    return status;
}

int ruleset_load(struct ruleset *set, const char *path, bool jit)
{
    *set = (struct ruleset){.prefilter = prefilter_new()};
    int status = load_files(set, path);
    for (size_t i = 0; i < set->file_count; i++) {
        status = first_failure(status, add_file(set, &set->files[i], jit));
    }
    prefilter_build(set->prefilter);
    if (status == 0)
        status = check_shadows(set);
    if (status != 0)
        ruleset_clear(set);
    return status;
}

void ruleset_clear(struct ruleset *set)
{
    for (size_t i = 0; i < set->count; i++)
        rule_clear(&set->rules[i]);
    free(set->rules);
    prefilter_free(set->prefilter);
    for (size_t i = 0; i < set->file_count; i++)
        rulefile_clear(&set->files[i]);
    *set = (struct ruleset){0};
}
