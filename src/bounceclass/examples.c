#include "bounceclass/examples.h"

#include "base/writer.h"
#include "classify/classifier.h"

#include <unistd.h>

/* Writes the TAP line of one example; if it failed, also the rule that decided. */
static void report(struct writer *out, size_t number, bool holds, const struct rule *rule,
                   const struct rule_line *line, const struct rule *found)
{
    struct buf *text = writer_line(out);
    buf_format(text, "%sok %zu - %.*s %.*s: ", holds ? "" : "not ", number, (int)rule->name.n,
               rule->name.p, (int)line->keyword.n, line->keyword.p);
    /* In TAP, a # starts a directive. */
    for (size_t i = 0; i < line->value.n && i < 120; i++)
        buf_add_char(text, line->value.p[i] == '#' ? '.' : line->value.p[i]);
    if (!holds)
        buf_format(text, "\n# %s:%zu: it ends at %.*s", rule->file->name, line->line,
                   found != NULL ? (int)found->name.n : 7,
                   found != NULL ? found->name.p : "no rule");
    writer_end_line(out);
}

static bool run_example(struct classifier *c, const struct rule *rule, const struct rule_line *line,
                        struct writer *out, size_t number)
{
    struct span unset = {0};
    diagnosis_read(&c->diagnosis, line->value, unset, unset, unset);
    classifier_scan(c);
    const struct rule *found = classifier_find(c, 0);
    bool holds = (found == rule) == span_is(line->keyword, "yes");
    report(out, number, holds, rule, line, found);
    return holds;
}

int examples_run(const struct ruleset *set)
{
    struct writer out;
    struct classifier c;
    size_t number = 0, failed = 0;
    classifier_init(&c, set);
    writer_init(&out, STDOUT_FILENO, "stdout");
    for (size_t i = 0; i < set->count; i++) {
        const struct rule *rule = &set->rules[i];
        for (size_t j = 0; j < rule->block->count; j++) {
            const struct rule_line *line = &rule->block->lines[j];
            if (span_is(line->keyword, "yes") || span_is(line->keyword, "no"))
                failed += !run_example(&c, rule, line, &out, ++number);
        }
    }
    buf_format(writer_line(&out), "1..%zu", number);
    writer_end_line(&out);
    classifier_clear(&c);
    int status = writer_close(&out);
    return status != 0 ? status : failed > 0;
}
