#include "ruleset.h"

#include "err.h"
#include "mem.h"
#include "rulesdir.h"

#include <stdlib.h>
#include <sysexits.h>

static const struct rule *find_name(const struct ruleset *set, struct span name)
{
    for (size_t i = 0; i < set->count; i++)
        if (span_equal(set->rules[i].name, name))
            return &set->rules[i];
    return NULL;
}

/* Adds the rules of one file; goes on behind a wrong one, so that all are said at once. */
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
                                   "another rule has this name already; rename one");
            rule_free(rule);
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
        err_say("no rule file %s", path);
    return status;
}

int ruleset_load(struct ruleset *set, const char *path, bool jit)
{
    *set = (struct ruleset){.prefilter = prefilter_new()};
    int status = load_files(set, path);
    for (size_t i = 0; i < set->file_count; i++) {
        int wrong = add_file(set, &set->files[i], jit);
        status = status != 0 ? status : wrong;
    }
    prefilter_build(set->prefilter);
    if (status != 0)
        ruleset_free(set);
    return status;
}

void ruleset_free(struct ruleset *set)
{
    for (size_t i = 0; i < set->count; i++)
        rule_free(&set->rules[i]);
    free(set->rules);
    prefilter_free(set->prefilter);
    for (size_t i = 0; i < set->file_count; i++)
        rulefile_free(&set->files[i]);
    *set = (struct ruleset){0};
}
