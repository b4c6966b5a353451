#include "classify/classifier.h"

#include "base/err.h"
#include "classify/fallback.h"

void classifier_init(struct classifier *c, const struct ruleset *set)
{
    *c = (struct classifier){
        .set = set,
        .scan = prefilter_scan_new(set->prefilter),
        .matcher = matcher_new(),
    };
    guards_init(&c->guards, set);
}

static void report_limit(struct classifier *c, struct rule *rule)
{
    c->limits++;
    if (!atomic_exchange(&rule->limit_reported, true))
        err_at(rule->file->name, rule->block->lines[0].line,
               "a pattern of this rule hit a limit on a text, which the rule may have missed; "
               "simplify the pattern");
}

void classifier_scan(struct classifier *c)
{
    prefilter_scan_text(c->scan, c->diagnosis.text);
    c->answers = NULL;
    c->held = NULL;
}

enum pattern_result classifier_ask_guard(struct classifier *c, struct rule *guard)
{
    if (c->answers == NULL)
        c->answers = guards_ask(&c->guards, c->matcher, c->diagnosis.text);
    if (c->answers[guard->guard_number] == PATTERN_LIMIT)
        report_limit(c, guard);
    return c->answers[guard->guard_number];
}

const struct rule *classifier_guard(struct classifier *c)
{
    for (size_t i = 0; i < c->set->guard_count; i++)
        if (classifier_ask_guard(c, c->set->guards[i]) != PATTERN_NO)
            return c->set->guards[i];
    return NULL;
}

/* True if the guards let a rule decide whose other conditions hold. */
static bool passes_guards(struct classifier *c, const struct rule *rule)
{
    for (size_t i = 0; i < rule->condition_count; i++) {
        const struct condition *condition = &rule->conditions[i];
        enum pattern_result result = classifier_ask_guard(c, condition->guard);
        if (result != (condition->holds ? PATTERN_YES : PATTERN_NO))
            return false;
    }
    bool held = rule_is_guarded(rule) && classifier_guard(c) != NULL;
    if (held && c->held == NULL)
        c->held = rule;
    return !held;
}

const struct rule *classifier_find(struct classifier *c, size_t from)
{
    for (int i = (int)from; (i = prefilter_scan_next_group(c->scan, i)) >= 0; i++) {
        if ((size_t)i >= c->set->count)
            break;
        struct rule *rule = &c->set->rules[i];
        if (rule->is_guard)
            continue;
        enum pattern_result result = rule_match(rule, c->scan, c->matcher, &c->diagnosis);
        if (result == PATTERN_YES && passes_guards(c, rule))
            return rule;
        if (result == PATTERN_LIMIT)
            report_limit(c, rule);
    }
    return NULL;
}

struct verdict classifier_decide(struct classifier *c)
{
    classifier_scan(c);
    const struct rule *rule = classifier_find(c, 0);
    if (rule != NULL)
        return (struct verdict){rule->type, rule->reason, rule->detail, rule->name, rule};
    struct fallback f = fallback_decide(&c->diagnosis);
    struct span name = f.name != NULL ? span_of(f.name) : span_make(NULL, 0);
    return (struct verdict){f.type, f.reason, f.detail, name, NULL};
}

void classifier_clear(struct classifier *c)
{
    prefilter_scan_free(c->scan);
    matcher_free(c->matcher);
    guards_clear(&c->guards);
    diagnosis_clear(&c->diagnosis);
}
