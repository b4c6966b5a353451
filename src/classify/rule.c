#include "classify/rule.h"

#include "base/ascii.h"
#include "base/duration.h"
#include "base/mem.h"

#include <stdlib.h>

/* The state of parsing one block. */
struct parse {
    struct rule *rule;
    const struct rulefile *file;
    struct rule_problem *problem;
    const struct rule_options *options;
    bool has_reason, has_type, has_example;
    struct span detail;
    const struct rule_line *detail_line;
};

static bool wrong(struct parse *p, const struct rule_line *line, const char *what)
{
    return rule_problem_at(p->problem, p->file, line, "%s", what);
}

static bool parse_name(struct parse *p, const struct rule_line *line)
{
    struct span name = line->value;
    bool good = name.n > 0;
    for (size_t i = 0; i < name.n; i++)
        good = good && strchr("abcdefghijklmnopqrstuvwxyz0123456789-", name.p[i]) != NULL;
    p->rule->name = name;
    p->rule->is_guard = span_is(line->keyword, "guard");
    return good || wrong(p, line, "a rule's name consists of a-z, 0-9 and -");
}

static bool parse_reason(struct parse *p, const struct rule_line *line)
{
    p->has_reason = reason_find(line->value, &p->rule->reason);
    return p->has_reason || wrong(p, line, "unknown reason; mxkit(7) lists them");
}

static bool parse_type(struct parse *p, const struct rule_line *line)
{
    p->has_type = type_find(line->value, &p->rule->type);
    return p->has_type || wrong(p, line, "the type must be hard, soft or ignored");
}

static bool parse_detail(struct parse *p, const struct rule_line *line)
{
    p->detail = line->value;
    p->detail_line = line;
    return true;
}

static bool parse_wait(struct parse *p, const struct rule_line *line)
{
    int64_t *wait = span_is(line->keyword, "retry") ? &p->rule->retry_s : &p->rule->pause_s;
    return duration_parse(line->value, wait) ||
           wrong(p, line, "not a duration; write one such as 30m or 4h");
}

/* True for three bytes, each a digit or `x`. */
static bool is_code_mask(struct span mask)
{
    return mask.n == 3 && strspn(mask.p, "0123456789x") >= 3;
}

/* True for three parts of digits and `*`, separated by dots. A part can be empty. */
static bool is_status_mask(struct span mask)
{
    size_t dots = 0;
    for (size_t i = 0; i < mask.n; i++) {
        if (strchr("0123456789*.", mask.p[i]) == NULL)
            return false;
        dots += mask.p[i] == '.';
    }
    return dots == 2;
}

static bool add_masks(struct parse *p, const struct rule_line *line, struct mask_list *list)
{
    struct span rest = line->value, word;
    if (rest.n == 0)
        return wrong(p, line, "the line has no value; add at least one");
    while (span_next_word(&rest, &word)) {
        bool good = list == &p->rule->codes      ? is_code_mask(word)
                    : list == &p->rule->statuses ? is_status_mask(word)
                                                 : true;
        struct rule_line at = *line;
        at.column += (size_t)(word.p - line->value.p);
        if (!good)
            return wrong(p, &at,
                         list == &p->rule->codes
                             ? "a code is three digits, or x for any digit: 550, 45x"
                             : "a status is three parts, or * for any part: 5.1.1, *.2.2");
        list->masks = mem_resize(list->masks, list->count + 1, sizeof *list->masks);
        list->masks[list->count++] = word;
    }
    return true;
}

static bool parse_code(struct parse *p, const struct rule_line *line)
{
    return add_masks(p, line, &p->rule->codes);
}

static bool parse_status(struct parse *p, const struct rule_line *line)
{
    return add_masks(p, line, &p->rule->statuses);
}

static bool parse_host(struct parse *p, const struct rule_line *line)
{
    return add_masks(p, line, &p->rule->hosts);
}

static bool parse_pattern(struct parse *p, const struct rule_line *line)
{
    struct pattern_list *list =
        span_is(line->keyword, "match") ? &p->rule->matches : &p->rule->nots;
    char why[PATTERN_WHY] = "";
    size_t offset = 0;
    if (line->value.n == 0)
        return wrong(p, line, "an empty pattern matches every text; remove the line");
    struct pattern *pattern = pattern_compile(line->value, p->options->jit, &offset, why);
    if (pattern == NULL) {
        struct rule_line at = *line;
        at.column += offset;
        return wrong(p, &at, why);
    }
    list->patterns = mem_resize(list->patterns, list->count + 1, sizeof(struct pattern *));
    list->numbers = mem_resize(list->numbers, list->count + 1, sizeof *list->numbers);
    list->texts = mem_resize(list->texts, list->count + 1, sizeof *list->texts);
    list->texts[list->count] = line->value;
    list->numbers[list->count] =
        prefilter_add(p->options->prefilter, line->value,
                      list == &p->rule->matches ? p->options->group : PREFILTER_NO_GROUP);
    list->patterns[list->count++] = pattern;
    return true;
}

static bool parse_despite(struct parse *p, const struct rule_line *line)
{
    p->rule->despite = true;
    return line->value.n > 0 ||
           wrong(p, line, "say why no guard holds this rule back, as \"despite WHY\"");
}

static bool parse_condition(struct parse *p, const struct rule_line *line)
{
    struct rule *r = p->rule;
    struct span rest = line->value, name;
    while (span_next_word(&rest, &name)) {
        struct rule_line at = *line;
        at.column += (size_t)(name.p - line->value.p);
        at.value = name;
        r->conditions = mem_resize(r->conditions, r->condition_count + 1, sizeof *r->conditions);
        r->conditions[r->condition_count++] =
            (struct condition){.line = at, .holds = span_is(line->keyword, "if")};
    }
    return line->value.n > 0 || wrong(p, line, "the line names no guard; add at least one");
}

static bool parse_example(struct parse *p, const struct rule_line *line)
{
    p->has_example = p->has_example || span_is(line->keyword, "yes");
    return line->value.n > 0 || wrong(p, line, "the example is missing; write it on this line");
}

static const struct keyword {
    const char *name;
    bool (*parse)(struct parse *p, const struct rule_line *line);
    bool once;
    bool in_guard; /* a guard has a name, patterns and examples only */
} keywords[] = {
    {"rule", parse_name, true, false},         {"guard", parse_name, true, true},
    {"reason", parse_reason, true, false},     {"type", parse_type, true, false},
    {"detail", parse_detail, true, false},     {"retry", parse_wait, true, false},
    {"pause", parse_wait, true, false},        {"code", parse_code, false, false},
    {"status", parse_status, false, false},    {"host", parse_host, false, false},
    {"match", parse_pattern, false, true},     {"not", parse_pattern, false, true},
    {"despite", parse_despite, true, false},   {"if", parse_condition, false, false},
    {"unless", parse_condition, false, false}, {"yes", parse_example, false, true},
    {"no", parse_example, false, true},
};

static const struct keyword *find_keyword(struct span name)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (span_is(name, keywords[i].name))
            return &keywords[i];
    return NULL;
}

static bool parse_line(struct parse *p, const struct rule_line *line, unsigned *seen)
{
    const struct keyword *k = find_keyword(line->keyword);
    if (k == NULL)
        return rule_problem_at(p->problem, p->file, line,
                               "unknown keyword \"%.*s\"; bounce.rules(5) lists them",
                               (int)(line->keyword.n < 40 ? line->keyword.n : 40), line->keyword.p);
    unsigned bit = 1U << (k - keywords);
    if (k->once && (*seen & bit) != 0)
        return wrong(p, line, "a rule can have only one such line; remove the others");
    *seen |= bit;
    if (p->rule->is_guard && !k->in_guard)
        return wrong(p, line, "a guard has only match, not, yes and no");
    if (k->parse == parse_name && line != &p->rule->block->lines[0])
        return wrong(p, line,
                     "only the first line of a block names it; add a blank line before this one");
    return k->parse(p, line);
}

/* Checks the verdict, and sets what depends on several lines. */
static bool check_verdict(struct parse *p, const struct rule_line *first)
{
    struct rule *r = p->rule;
    if (!p->has_reason)
        return wrong(p, first, "the rule has no reason; add a line \"reason WORD\"");
    if (!p->has_type)
        r->type = reason_type(r->reason);
    if (p->detail.n > 0 && (r->detail = detail_find(r->reason, p->detail)) == NULL)
        return wrong(p, p->detail_line, "not a detail of this reason; mxkit(7) lists them");
    return !r->despite || r->type == TYPE_HARD ||
           wrong(p, first, "guards hold back only hard rules; remove the line \"despite\"");
}

static bool check_whole(struct parse *p)
{
    struct rule *r = p->rule;
    const struct rule_line *first = &r->block->lines[0];
    if (!r->is_guard && !check_verdict(p, first))
        return false;
    if (r->codes.count + r->statuses.count + r->hosts.count + r->matches.count +
            r->condition_count ==
        0)
        return wrong(p, first,
                     r->is_guard ? "the guard has no pattern; add match"
                                 : "the rule has no condition, so no later rule could match; add "
                                   "code, status, host, match or if");
    if (r->matches.count == 0)
        prefilter_add_free_group(p->options->prefilter, p->options->group);
    return p->has_example || wrong(p, first, "the rule has no example; add a line \"yes TEXT\"");
}

bool rule_parse(struct rule *r, const struct rulefile *file, const struct rule_block *block,
                const struct rule_options *options, struct rule_problem *problem)
{
    struct parse p = {.rule = r, .file = file, .problem = problem, .options = options};
    unsigned seen = 0;
    *r = (struct rule){.file = file, .block = block, .retry_s = -1, .pause_s = -1};
    bool good =
        span_is(block->lines[0].keyword, "rule") || span_is(block->lines[0].keyword, "guard") ||
        wrong(&p, &block->lines[0], "a block must start with \"rule NAME\" or \"guard NAME\"");
    for (size_t i = 0; good && i < block->count; i++)
        good = parse_line(&p, &block->lines[i], &seen);
    if (good && check_whole(&p))
        return true;
    rule_clear(r);
    return false;
}

bool rule_code_matches(struct span mask, struct span code)
{
    for (size_t i = 0; i < 3; i++)
        if (mask.p[i] != 'x' && mask.p[i] != code.p[i])
            return false;
    return true;
}

static bool any_code(const struct mask_list *list, struct span code)
{
    for (size_t i = 0; i < list->count; i++)
        if (code.n == 3 && rule_code_matches(list->masks[i], code))
            return true;
    return list->count == 0;
}

static bool any_mask(const struct mask_list *list, struct span value)
{
    for (size_t i = 0; i < list->count; i++)
        if (value.n > 0 && rule_mask_match(list->masks[i], value))
            return true;
    return list->count == 0;
}

static enum pattern_result any_pattern(const struct pattern_list *list,
                                       const struct prefilter_scan *s, struct matcher *m,
                                       struct span text)
{
    enum pattern_result result = PATTERN_NO;
    for (size_t i = 0; i < list->count && result == PATTERN_NO; i++)
        if (prefilter_scan_may_match(s, list->numbers[i]))
            result = pattern_match(list->patterns[i], m, text);
    return result;
}

bool rule_holds_for_lasting_only(const struct rule *r)
{
    return r->type == TYPE_HARD && r->codes.count + r->statuses.count == 0;
}

bool rule_is_guarded(const struct rule *r)
{
    return r->type == TYPE_HARD && !r->despite;
}

bool rule_meets_codes(const struct rule *r, struct diagnosis *d)
{
    if (rule_holds_for_lasting_only(r) && diagnosis_is_temporary(d))
        return false;
    return any_code(&r->codes, d->code) && any_mask(&r->statuses, d->status) &&
           (r->hosts.count == 0 || any_mask(&r->hosts, diagnosis_host(d)));
}

enum pattern_result rule_match_text(const struct rule *r, const struct prefilter_scan *s,
                                    struct matcher *m, struct span text)
{
    enum pattern_result found =
        r->matches.count == 0 ? PATTERN_YES : any_pattern(&r->matches, s, m, text);
    if (found != PATTERN_YES)
        return found;
    enum pattern_result excluded = any_pattern(&r->nots, s, m, text);
    return excluded == PATTERN_NO    ? PATTERN_YES
           : excluded == PATTERN_YES ? PATTERN_NO
                                     : PATTERN_LIMIT;
}

enum pattern_result rule_match(const struct rule *r, const struct prefilter_scan *s,
                               struct matcher *m, struct diagnosis *d)
{
    return rule_meets_codes(r, d) ? rule_match_text(r, s, m, d->text) : PATTERN_NO;
}

size_t rule_find_pattern(const struct pattern_list *list, struct matcher *m, struct span text)
{
    size_t i = 0;
    while (i < list->count && pattern_match(list->patterns[i], m, text) != PATTERN_YES)
        i++;
    return i;
}

static void free_patterns(struct pattern_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        pattern_free(list->patterns[i]);
    free(list->patterns);
    free(list->texts);
    free(list->numbers);
}

void rule_clear(struct rule *r)
{
    free(r->codes.masks);
    free(r->statuses.masks);
    free(r->hosts.masks);
    free_patterns(&r->matches);
    free_patterns(&r->nots);
    free(r->conditions);
    *r = (struct rule){0};
}
