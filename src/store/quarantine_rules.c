#include "store/quarantine_rules.h"

#include "base/ascii.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "lib/rulesdir.h"

#include <stdio.h>
#include <stdlib.h>

struct parse {
    const struct rulefile *file;
    struct rule_problem *problem;
    struct quarantine_rule *rule;
    struct guard_rule guard;
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

static bool parse_type(struct parse *p, const struct rule_line *line)
{
    static const char *const names[] = {
        [QUARANTINE_HARD] = "hard",
        [QUARANTINE_SOFT] = "soft",
        [QUARANTINE_IGNORED] = "ignored",
    };
    for (enum quarantine_type t = QUARANTINE_HARD; t <= QUARANTINE_IGNORED; t++)
        if (span_is(line->value, names[t])) {
            p->rule->type = t;
            return true;
        }
    return wrong(p, line, "name one type: hard, soft or ignored");
}

/* Reads a whole number; duration_parse() also reads one without a unit. */
static bool parse_count(struct span value, int64_t least, int64_t most, int64_t *n)
{
    return value.n > 0 && ascii_is_digit(value.p[value.n - 1]) && duration_parse(value, n) &&
           *n >= least && *n <= most;
}

static bool parse_after(struct parse *p, const struct rule_line *line)
{
    int64_t n = 0;
    if (span_is(line->value, "never")) {
        p->rule->after = QUARANTINE_NEVER;
        return true;
    }
    bool good = parse_count(line->value, 1, 1000, &n);
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

static bool parse_guard(struct parse *p, const struct rule_line *line)
{
    (void)line;
    p->guard.given = true;
    return true;
}

static bool parse_addresses(struct parse *p, const struct rule_line *line)
{
    p->guard.addresses = QUARANTINE_NEVER;
    return span_is(line->value, "never") ||
           parse_count(line->value, 1, 1000000, &p->guard.addresses) ||
           wrong(p, line, "give a number of addresses from 1 to 1000000, or never");
}

static bool parse_share(struct parse *p, const struct rule_line *line)
{
    struct span value = line->value;
    bool percent = value.n > 0 && value.p[value.n - 1] == '%';
    value.n -= percent;
    return (percent && parse_count(value, 1, 99, &p->guard.share)) ||
           wrong(p, line, "give a share from 1% to 99%");
}

static bool parse_within(struct parse *p, const struct rule_line *line)
{
    return (duration_parse(line->value, &p->guard.within_s) && p->guard.within_s >= 60 &&
            p->guard.within_s <= 86400) ||
           wrong(p, line, "give a duration from 1m to 24h");
}

struct keyword {
    const char *name;
    bool (*parse)(struct parse *p, const struct rule_line *line);
};

static const struct keyword rule_keywords[] = {
    {"reason", parse_reason},   {"detail", parse_detail}, {"type", parse_type},
    {"after", parse_after},     {"forget", parse_forget}, {"apart", parse_apart},
    {"release", parse_release}, {"deny", parse_deny},     {0},
};
static const struct keyword guard_keywords[] = {
    {"guard", parse_guard},
    {"addresses", parse_addresses},
    {"share", parse_share},
    {"within", parse_within},
    {0},
};

static bool parse_lines(struct parse *p, const struct rule_block *block,
                        const struct keyword *known, const char *unknown)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct keyword *k = known;
        while (k->name != NULL && !span_is(block->lines[i].keyword, k->name))
            k++;
        if (k->name == NULL)
            return wrong(p, &block->lines[i], unknown);
        if (!k->parse(p, &block->lines[i]))
            return false;
    }
    return true;
}

/* The first block of each kind holds, so that the user's own file decides. */
static bool parse_guard_block(struct parse *p, const struct rule_block *block,
                              struct guard_rule guards[GUARD_KINDS])
{
    struct guard_rule *guard = &p->guard;
    *guard = (struct guard_rule){.within_s = 3600};
    const struct rule_line *first = &block->lines[0];
    struct guard_rule *kept = span_is(first->value, "domain")     ? &guards[GUARD_DOMAIN]
                              : span_is(first->value, "receiver") ? &guards[GUARD_RECEIVER]
                                                                  : NULL;
    if (kept == NULL)
        return wrong(p, first, "guard what? use guard domain or guard receiver");
    if (!parse_lines(p, block, guard_keywords,
                     "unknown keyword; use guard, addresses, share or within, see "
                     "quarantine.rules(5)"))
        return false;
    if (guard->addresses == 0 || (guard->share == 0 && guard->addresses != QUARANTINE_NEVER))
        return wrong(p, first, "the block needs the lines \"addresses\" and \"share\"");
    if (!kept->given)
        *kept = *guard;
    return true;
}

static bool parse_block(struct parse *p, const struct rule_block *block)
{
    *p->rule = (struct quarantine_rule){
        .forget_s = QUARANTINE_NEVER, .release_s = QUARANTINE_NEVER, .apart_s = QUARANTINE_NEVER};
    if (!parse_lines(p, block, rule_keywords,
                     "unknown keyword; use reason, detail, type, after, apart, forget, release, "
                     "deny or guard, see quarantine.rules(5)"))
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
        if (span_is(file->blocks[i].lines[0].keyword, "guard")) {
            if (!parse_guard_block(&parse, &file->blocks[i], p->guards))
                return false;
            continue;
        }
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

static bool is_same_word(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

static bool names_reason(struct span list, struct span reason)
{
    struct span word;
    while (span_next_word(&list, &word))
        if (is_same_word(word, reason))
            return true;
    return false;
}

static bool takes_type(const struct quarantine_rule *r, enum quarantine_type type)
{
    return r->type == QUARANTINE_ANY ? type != QUARANTINE_IGNORED : r->type == type;
}

const struct quarantine_rule *quarantine_rules_find(const struct quarantine_rules *p,
                                                    struct span reason, struct span detail,
                                                    enum quarantine_type type)
{
    type = type == QUARANTINE_ANY ? QUARANTINE_HARD : type;
    for (size_t i = 0; i < p->count; i++) {
        const struct quarantine_rule *r = &p->rules[i];
        if (names_reason(r->reasons, reason) && takes_type(r, type) &&
            (r->detail.n == 0 || is_same_word(r->detail, detail)))
            return r;
    }
    return NULL;
}

bool quarantine_rules_name(const struct quarantine_rules *p, struct span reason, struct span detail)
{
    for (size_t i = 0; i < p->count; i++)
        if (names_reason(p->rules[i].reasons, reason) &&
            (detail.n == 0 || is_same_word(p->rules[i].detail, detail)))
            return true;
    return false;
}

bool quarantine_rules_need_detail(const struct quarantine_rules *p, struct span reason)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->rules[i].detail.n > 0 && names_reason(p->rules[i].reasons, reason))
            return true;
    return false;
}

bool quarantine_rule_reached(const struct quarantine_rule *rule, int64_t errors)
{
    return rule->after != QUARANTINE_NEVER && errors >= rule->after;
}

int64_t quarantine_rule_until(const struct quarantine_rule *rule, int64_t time_s)
{
    if (rule->release_s == QUARANTINE_NEVER)
        return QUARANTINE_NEVER;
    return time_s + rule->release_s > RFC3339_LAST_S ? RFC3339_LAST_S : time_s + rule->release_s;
}

int64_t quarantine_rule_apart(const struct quarantine_rule *rule, enum quarantine_type type)
{
    if (rule->apart_s != QUARANTINE_NEVER)
        return rule->apart_s;
    return type == QUARANTINE_SOFT ? QUARANTINE_APART_S : 0;
}

void quarantine_one_spelling(char reason[QUARANTINE_WORD], char detail[QUARANTINE_WORD])
{
    if (strcasecmp(reason, "complaint") != 0)
        return;
    snprintf(reason, QUARANTINE_WORD, "refused");
    snprintf(detail, QUARANTINE_WORD, "complaint");
}

void quarantine_rules_clear(struct quarantine_rules *p)
{
    for (size_t i = 0; i < p->file_count; i++)
        rulefile_clear(&p->files[i]);
    free(p->rules);
    *p = (struct quarantine_rules){0};
}
