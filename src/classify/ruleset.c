#include "classify/ruleset.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/status.h"
#include "classify/shadow.h"
#include "lib/rulesdir.h"

#include <stdlib.h>
#include <sysexits.h>

static struct rule *find_name(const struct ruleset *set, struct span name, bool guard)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->rules[i].is_guard == guard && span_equal(set->rules[i].name, name))
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
            if (earlier->file != rule->file || earlier->is_guard != rule->is_guard ||
                !shadow_covers(earlier, rule, m))
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

static bool add_block(struct ruleset *set, const struct rulefile *file,
                      const struct rule_block *block, bool jit, struct rule_problem *problem)
{
    struct rule *rule = &set->rules[set->count];
    bool guard = span_is(block->lines[0].keyword, "guard");
    const struct rule_options options = {jit, guard ? set->guard_prefilter : set->prefilter,
                                         (int)set->count};
    if (!rule_parse(rule, file, block, &options, problem))
        return false;
    if (find_name(set, rule->name, guard) == NULL) {
        set->count++;
        return true;
    }
    rule_problem_at(problem, file, &block->lines[0], "another %s has this name; rename one of them",
                    guard ? "guard" : "rule");
    rule_clear(rule);
    return false;
}

/* Adds the rules and guards of one file, or only its guards. Goes on after a wrong one, so that one
 * run reports them all. */
static int add_file(struct ruleset *set, const struct rulefile *file, bool jit, bool only_guards)
{
    int status = 0;
    set->rules = mem_resize(set->rules, set->count + file->block_count, sizeof *set->rules);
    for (size_t i = 0; i < file->block_count; i++) {
        struct rule_problem problem;
        const struct rule_block *block = &file->blocks[i];
        if (only_guards && !span_is(block->lines[0].keyword, "guard"))
            continue;
        if (!add_block(set, file, block, jit, &problem))
            status = rule_problem_say(&problem);
    }
    return status;
}

/* Finds the guards that the rule names, and checks that one can hold a hard rule back. */
static int check_guard(const struct ruleset *set, struct rule *rule)
{
    struct rule_problem problem;
    bool good = !rule_is_guarded(rule) || set->guard_count > 0 ||
                rule_problem_at(&problem, rule->file, &rule->block->lines[0],
                                "no guard holds this hard rule back; add one, or say why not as "
                                "\"despite WHY\"");
    for (size_t i = 0; good && i < rule->condition_count; i++) {
        struct condition *c = &rule->conditions[i];
        c->guard = find_name(set, c->line.value, true);
        good = c->guard != NULL ||
               rule_problem_at(&problem, rule->file, &c->line, "no guard has this name");
    }
    return good ? 0 : rule_problem_say(&problem);
}

static int check_guards(const struct ruleset *set)
{
    int status = 0;
    for (size_t i = 0; i < set->count; i++)
        status = first_failure(status, check_guard(set, &set->rules[i]));
    return status;
}

static void list_guards(struct ruleset *set)
{
    set->guards = mem_new(set->count, sizeof(struct rule *));
    for (size_t i = 0; i < set->count; i++)
        if (set->rules[i].is_guard) {
            set->rules[i].guard_number = set->guard_count;
            set->guards[set->guard_count++] = &set->rules[i];
        }
}

/* True if a rule needs guards and there are none. */
static bool lacks_guards(const struct ruleset *set)
{
    bool lacks = false;
    for (size_t i = 0; i < set->count; i++) {
        const struct rule *rule = &set->rules[i];
        if (rule->is_guard)
            return false;
        lacks = lacks || rule->condition_count > 0 || rule_is_guarded(rule);
    }
    return lacks;
}

/* Loads the files of the rules directory, after those that are there. */
static int add_directory(struct ruleset *set, bool jit, bool only_guards)
{
    size_t first = set->file_count, more = 0;
    int status = rulesdir_load("bounce.rules", set->files + first, &more);
    set->file_count += more;
    for (size_t i = first; i < set->file_count; i++)
        status = first_failure(status, add_file(set, &set->files[i], jit, only_guards));
    set->own = only_guards ? set->own : set->count;
    return status;
}

static int add_path(struct ruleset *set, const char *path, bool jit)
{
    int status = rulefile_load(&set->files[0], path);
    set->file_count = status == 0;
    if (status == EX_NOINPUT)
        err_say("no rule file %s; check the name", path);
    if (status == 0)
        status = add_file(set, &set->files[0], jit, false);
    set->own = set->count;
    return status == 0 && lacks_guards(set) ? add_directory(set, jit, true) : status;
}

int ruleset_load(struct ruleset *set, const char *path, bool jit)
{
    *set = (struct ruleset){.prefilter = prefilter_new(), .guard_prefilter = prefilter_new()};
    int status = path != NULL ? add_path(set, path, jit) : add_directory(set, jit, false);
    prefilter_build(set->prefilter);
    prefilter_build(set->guard_prefilter);
    list_guards(set);
    if (status == 0)
        status = check_guards(set);
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
    free(set->guards);
    prefilter_free(set->prefilter);
    prefilter_free(set->guard_prefilter);
    for (size_t i = 0; i < set->file_count; i++)
        rulefile_clear(&set->files[i]);
    *set = (struct ruleset){0};
}
