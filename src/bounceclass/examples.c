#include "bounceclass/examples.h"

#include "base/writer.h"
#include "classify/classifier.h"

#include <unistd.h>

/* Writes the TAP line of one example; if it failed, also what decided instead. */
static void report(struct writer *out, size_t number, bool holds, const struct rule *rule,
                   const struct rule_line *line, const struct buf *instead)
{
    struct buf *text = writer_line(out);
    buf_format(text, "%sok %zu - %.*s %.*s: ", holds ? "" : "not ", number, (int)rule->name.n,
               rule->name.p, (int)line->keyword.n, line->keyword.p);
    /* In TAP, a # starts a directive. */
    for (size_t i = 0; i < line->value.n && i < 120; i++)
        buf_add_char(text, line->value.p[i] == '#' ? '.' : line->value.p[i]);
    if (!holds)
        buf_format(text, "\n# %s:%zu: %.*s", rule->file->name, line->line, (int)instead->n,
                   instead->p);
    writer_end_line(out);
}

/* True if the rule, or the guard, decides the text. Sets `instead` to what does otherwise. */
static bool decides(struct classifier *c, struct rule *rule, struct buf *instead)
{
    buf_empty(instead);
    if (rule->is_guard) {
        bool matches = classifier_ask_guard(c, rule) == PATTERN_YES;
        buf_format(instead, "the guard %s", matches ? "matches" : "does not match");
        return matches;
    }
    const struct rule *found = classifier_find(c, 0);
    buf_format(instead, "it ends at %.*s", found != NULL ? (int)found->name.n : 7,
               found != NULL ? found->name.p : "no rule");
    const struct rule *guard = c->held != NULL ? classifier_guard(c) : NULL;
    if (guard != NULL)
        buf_format(instead, "; guard %.*s holds back %.*s", (int)guard->name.n, guard->name.p,
                   (int)c->held->name.n, c->held->name.p);
    return found == rule;
}

/* Runs the examples of one rule or guard. Returns how many failed. */
static size_t run_examples(struct classifier *c, struct rule *rule, struct writer *out,
                           size_t *number)
{
    const struct span unset = {0};
    struct buf instead = {0};
    size_t failed = 0;
    for (size_t i = 0; i < rule->block->count; i++) {
        const struct rule_line *line = &rule->block->lines[i];
        bool yes = span_is(line->keyword, "yes");
        if (!yes && !span_is(line->keyword, "no"))
            continue;
        diagnosis_read(&c->diagnosis, line->value, unset, unset, unset);
        classifier_scan(c);
        bool holds = decides(c, rule, &instead) == yes;
        report(out, ++*number, holds, rule, line, &instead);
        failed += !holds;
    }
    buf_clear(&instead);
    return failed;
}

int examples_run(const struct ruleset *set)
{
    struct writer out;
    struct classifier c;
    size_t number = 0, failed = 0;
    classifier_init(&c, set);
    writer_init(&out, STDOUT_FILENO, "stdout");
    for (size_t i = 0; i < set->own; i++)
        failed += run_examples(&c, &set->rules[i], &out, &number);
    buf_format(writer_line(&out), "1..%zu", number);
    writer_end_line(&out);
    classifier_clear(&c);
    int status = writer_close(&out);
    return status != 0 ? status : failed > 0;
}
