#include "store/quarantine_rules.h"

#include "base/ascii.h"
#include "base/duration.h"
#include "base/mem.h"
#include "lib/rulesdir.h"

#include <ctype.h>
#include <stdlib.h>

struct parse {
    const struct rulefile *file;
    struct rule_problem *problem;
    struct quarantine_rule *rule;
};

static bool wrong(struct parse *p, const struct rule_line *line, const char *what)
{
    return rule_problem_at(p->problem, p->file, line, "%s", what);
}

bool quarantine_is_word(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_alnum(text.p[i]) && text.p[i] != '-')
            return false;
    return text.n > 0 && text.n < QUARANTINE_WORD && text.p[0] != '-';
}

static bool parse_reason(struct parse *p, const struct rule_line *line)
{
    struct span rest = line->value, word;
    p->rule->reasons = line->value;
    while (span_next_word(&rest, &word))
        if (!quarantine_is_word(word))
            return wrong(p, line, "reasons are words of letters, digits and hyphens");
    return line->value.n > 0 || wrong(p, line, "name at least one reason");
}

static bool parse_detail(struct parse *p, const struct rule_line *line)
{
    p->rule->detail = line->value;
    return quarantine_is_word(line->value) ||
           wrong(p, line, "name one detail, a word of letters, digits and hyphens");
}

static bool parse_after(struct parse *p, const struct rule_line *line)
{
    int64_t n = 0;
    if (span_is(line->value, "never")) {
        p->rule->after = QUARANTINE_NEVER;
        return true;
    }
    /* duration_parse() also reads a number without a unit, which is a count here. */
    bool good = line->value.n > 0 && line->value.p[line->value.n - 1] <= '9' &&
                duration_parse(line->value, &n) && n >= 1 && n <= 1000;
    p->rule->after = n;
    return good || wrong(p, line, "give a number of errors from 1 to 1000, or never");
}

static bool parse_time(struct parse *p, const struct rule_line *line, int64_t *seconds)
{
    *seconds = QUARANTINE_NEVER;
    return span_is(line->value, "never") || duration_parse(line->value, seconds) ||
           wrong(p, line, "give a duration such as 24h or 30d, or never");
}

static bool parse_forget(struct parse *p, const struct rule_line *line)
{
    return parse_time(p, line, &p->rule->forget_s);
}

static bool parse_release(struct parse *p, const struct rule_line *line)
{
    return parse_time(p, line, &p->rule->release_s);
}

static bool parse_apart(struct parse *p, const struct rule_line *line)
{
    return duration_parse(line->value, &p->rule->apart_s) ||
           wrong(p, line, "give a duration such as 24h");
}

static bool parse_deny(struct parse *p, const struct rule_line *line)
{
    p->rule->deny = true;
    return line->value.n == 0 || wrong(p, line, "deny takes no value");
}

static const struct keyword {
    const char *name;
    bool (*parse)(struct parse *p, const struct rule_line *line);
} keywords[] = {
    {"reason", parse_reason}, {"detail", parse_detail},   {"after", parse_after},
    {"forget", parse_forget}, {"release", parse_release}, {"apart", parse_apart},
    {"deny", parse_deny},
};

static bool parse_line(struct parse *p, const struct rule_line *line)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (span_is(line->keyword, keywords[i].name))
            return keywords[i].parse(p, line);
    return wrong(p, line,
                 "unknown keyword; use reason, detail, after, apart, forget, release or deny, see "
                 "quarantine.rules(5)");
}

static bool parse_block(struct parse *p, const struct rule_block *block)
{
    *p->rule =
        (struct quarantine_rule){.forget_s = QUARANTINE_NEVER, .release_s = QUARANTINE_NEVER};
    for (size_t i = 0; i < block->count; i++)
        if (!parse_line(p, &block->lines[i]))
            return false;
    if (p->rule->reasons.n == 0)
        return wrong(p, &block->lines[0],
                     "the block has no line \"reason\"; name the reasons to which it applies");
    return p->rule->after != 0 ||
           wrong(p, &block->lines[0],
                 "the block has no line \"after\"; give a number of errors, or never");
}

static int64_t longest(int64_t window_s, const struct quarantine_rule *r)
{
    const int64_t durations[] = {r->forget_s, r->release_s, r->apart_s};
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
        if (durations[i] > window_s)
            window_s = durations[i];
    return window_s;
}

bool quarantine_rules_add(struct quarantine_rules *p, const struct rulefile *file,
                          struct rule_problem *problem)
{
    struct parse parse = {.file = file, .problem = problem};
    p->rules = mem_resize(p->rules, p->count + file->block_count, sizeof *p->rules);
    for (size_t i = 0; i < file->block_count; i++) {
        parse.rule = &p->rules[p->count];
        if (!parse_block(&parse, &file->blocks[i]))
            return false;
        p->window_s = longest(p->window_s, parse.rule);
        p->count++;
    }
    return true;
}

int quarantine_rules_load(struct quarantine_rules *p)
{
    *p = (struct quarantine_rules){0};
    int status = rulesdir_load("quarantine.rules", p->files, &p->file_count);
    struct rule_problem problem;
    for (size_t i = 0; status == 0 && i < p->file_count; i++)
        if (!quarantine_rules_add(p, &p->files[i], &problem))
            status = rule_problem_say(&problem);
    if (status != 0)
        quarantine_rules_clear(p);
    return status;
}

static bool names_reason(struct span list, struct span reason)
{
    struct span word;
    while (span_next_word(&list, &word))
        if (span_equal(word, reason))
            return true;
    return false;
}

const struct quarantine_rule *quarantine_rules_find(const struct quarantine_rules *p,
                                                    struct span reason, struct span detail)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct quarantine_rule *r = &p->rules[i];
        if (names_reason(r->reasons, reason) && (r->detail.n == 0 || span_equal(r->detail, detail)))
            return r;
    }
    return NULL;
}

void quarantine_rules_clear(struct quarantine_rules *p)
{
    for (size_t i = 0; i < p->file_count; i++)
        rulefile_clear(&p->files[i]);
    free(p->rules);
    *p = (struct quarantine_rules){0};
}
