#include "limits/mx_rules.h"

#include "base/ascii.h"
#include "base/duration.h"
#include "base/mem.h"
#include "lib/rulesdir.h"

#include <stdlib.h>

static const char *const level_names[] = {"slow", "normal", "fast", "very-fast", "boost", "custom"};

static const struct mx_rule careful = {
    .connect_s = 30, .data_s = 600, .other_s = 300, .limits = {2, 20, MX_NO_LIMIT}};

struct parse {
    const struct rulefile *file;
    struct rule_problem *problem;
    struct mx_rule *rule;
    enum level level;
    int column; /* which of the values is that of the level; -1 before the line `level` */
};

static bool wrong(struct parse *p, const struct rule_line *line, const char *what)
{
    return rule_problem_at(p->problem, p->file, line, "%s", what);
}

bool level_find(struct span name, enum level *level)
{
    for (enum level l = LEVEL_SLOW; l <= LEVEL_CUSTOM; l++)
        if (span_is(name, level_names[l])) {
            *level = l;
            return true;
        }
    return false;
}

static bool parse_mx(struct parse *p, const struct rule_line *line)
{
    p->rule->masks = line->value;
    return line->value.n > 0 ||
           wrong(p, line, "the line has no value; add at least one mask of MX hosts");
}

static bool parse_scope(struct parse *p, const struct rule_line *line)
{
    static const char *const names[] = {"path", "source", "all"};
    for (enum scope s = SCOPE_PATH; s <= SCOPE_ALL; s++)
        if (span_is(line->value, names[s])) {
            p->rule->scope = s;
            return true;
        }
    return wrong(p, line, "the scope must be path, source or all");
}

/* mxsend does not use TLS yet. The word is checked so that files written now stay valid later. */
static bool parse_tls(struct parse *p, const struct rule_line *line)
{
    bool good = span_is(line->value, "none") || span_is(line->value, "opportunistic") ||
                span_is(line->value, "required");
    return good || wrong(p, line, "tls must be none, opportunistic or required");
}

static bool parse_timeouts(struct parse *p, const struct rule_line *line)
{
    const struct {
        const char *name;
        int64_t *seconds;
    } known[] = {{"connect=", &p->rule->connect_s},
                 {"data=", &p->rule->data_s},
                 {"other=", &p->rule->other_s}};
    struct span rest = line->value, word;
    while (span_next_word(&rest, &word)) {
        bool good = false;
        for (size_t i = 0; i < 3; i++) {
            size_t n = strlen(known[i].name);
            if (word.n > n && memcmp(word.p, known[i].name, n) == 0)
                good = duration_parse(span_make(word.p + n, word.n - n), known[i].seconds) &&
                       *known[i].seconds > 0;
        }
        if (!good)
            return wrong(p, line, "a timeout must be connect=TIME, data=TIME or other=TIME");
    }
    return true;
}

/* `level slow normal ...` names the columns of the lines after it. custom.rules needs no such line,
 * because it has one column. */
static bool parse_level(struct parse *p, const struct rule_line *line)
{
    struct span rest = line->value, word;
    enum level level;
    for (int i = 0; span_next_word(&rest, &word); i++) {
        if (!level_find(word, &level))
            return wrong(p, line, "a level must be slow, normal, fast, very-fast, boost or custom");
        if (level == p->level)
            p->column = i;
    }
    return p->column >= 0 ||
           wrong(p, line, "the level to use is missing here; add a column for it");
}

static bool parse_limit(struct parse *p, const struct rule_line *line, int64_t *limit)
{
    struct span rest = line->value, word;
    if (p->column < 0)
        return wrong(p, line, "a line \"level\", which names the columns, must come first");
    for (int i = 0; span_next_word(&rest, &word); i++) {
        int64_t value = MX_NO_LIMIT;
        bool good = span_is(word, "-") ||
                    (duration_parse(word, &value) && value > 0 && word.p[word.n - 1] <= '9');
        if (!good)
            return wrong(p, line, "a limit is a whole number, 1 or more, or - for no limit");
        if (i == p->column) {
            *limit = value;
            return true;
        }
    }
    return wrong(p, line, "there are fewer values than levels; add the missing ones");
}

static bool parse_line(struct parse *p, const struct rule_line *line)
{
    struct mx_limits *limits = &p->rule->limits;
    if (span_is(line->keyword, "mx"))
        return parse_mx(p, line);
    if (span_is(line->keyword, "scope"))
        return parse_scope(p, line);
    if (span_is(line->keyword, "tls"))
        return parse_tls(p, line);
    if (span_is(line->keyword, "timeouts"))
        return parse_timeouts(p, line);
    if (span_is(line->keyword, "level"))
        return parse_level(p, line);
    if (span_is(line->keyword, "connections"))
        return parse_limit(p, line, &limits->connections);
    if (span_is(line->keyword, "messages"))
        return parse_limit(p, line, &limits->messages);
    if (span_is(line->keyword, "hourly"))
        return parse_limit(p, line, &limits->hourly);
    return wrong(p, line, "unknown keyword; mx.rules(5) lists them");
}

static bool parse_block(struct parse *p, const struct rule_block *block)
{
    *p->rule = careful;
    p->column = p->level == LEVEL_CUSTOM ? 0 : -1;
    for (size_t i = 0; i < block->count; i++)
        if (!parse_line(p, &block->lines[i]))
            return false;
    return p->rule->masks.n > 0 ||
           wrong(p, &block->lines[0], "a block must start with \"mx MASK ...\"");
}

bool mx_rules_add(struct mx_rules *r, const struct rulefile *file, enum level level,
                  struct rule_problem *problem)
{
    struct parse p = {.file = file, .problem = problem, .level = level};
    r->rules = mem_resize(r->rules, r->count + file->block_count, sizeof *r->rules);
    for (size_t i = 0; i < file->block_count; i++) {
        p.rule = &r->rules[r->count];
        if (!parse_block(&p, &file->blocks[i]))
            return false;
        r->count++;
    }
    return true;
}

int mx_rules_load(struct mx_rules *r, enum level level)
{
    struct rule_problem problem;
    *r = (struct mx_rules){0};
    int status = rulesdir_load(level == LEVEL_CUSTOM ? "custom.rules" : "mx.rules", r->files,
                               &r->file_count);
    for (size_t i = 0; status == 0 && i < r->file_count; i++)
        if (!mx_rules_add(r, &r->files[i], level, &problem))
            status = rule_problem_say(&problem);
    if (status != 0)
        mx_rules_clear(r);
    return status;
}

const struct mx_rule *mx_rules_find(const struct mx_rules *r, struct span host)
{
    for (size_t i = 0; i < r->count; i++) {
        struct span rest = r->rules[i].masks, mask;
        while (span_next_word(&rest, &mask))
            if (rule_mask_match(mask, host))
                return &r->rules[i];
    }
    return &careful;
}

void mx_rules_clear(struct mx_rules *r)
{
    for (size_t i = 0; i < r->file_count; i++)
        rulefile_clear(&r->files[i]);
    free(r->rules);
    *r = (struct mx_rules){0};
}
