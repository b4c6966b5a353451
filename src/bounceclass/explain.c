#include "bounceclass/explain.h"

#include "base/escape.h"

static void add_span(struct buf *out, const char *before, struct span s)
{
    buf_add_string(out, before);
    if (s.n > 0)
        escape_text(out, s);
    else
        buf_add_char(out, '-');
}

static void add_words(struct buf *out, enum type type, enum reason reason, const char *detail)
{
    buf_format(out, "%s %s", type_name(type), reason_name(reason));
    if (detail != NULL)
        buf_format(out, " (%s)", detail);
}

static void add_place(struct buf *out, const struct rule *rule)
{
    buf_format(out, "%.*s, %s:%zu", (int)rule->name.n, rule->name.p, rule->file->name,
               rule->block->lines[0].line);
}

/* Adds the codes and the words by which the rule matches. */
static void add_grounds(struct classifier *c, struct buf *out, const struct rule *rule)
{
    struct diagnosis *d = &c->diagnosis;
    size_t i = rule_find_pattern(&rule->matches, c->matcher, d->text);
    if (rule->codes.count > 0)
        add_span(out, "\n     code ", d->code);
    if (rule->statuses.count > 0)
        add_span(out, "\n     status ", d->status);
    if (rule->hosts.count > 0)
        add_span(out, "\n     host ", diagnosis_host(d));
    if (i == rule->matches.count)
        return;
    struct span found = matcher_found(c->matcher, d->text);
    buf_add_string(out, "\n     match ");
    buf_add_span(out, rule->matches.texts[i]); /* a rule file has no control bytes */
    add_span(out, "\n     found \"", found);
    buf_format(out, "\" at %zu", (size_t)(found.p - d->text.p) + 1);
}

/* Adds the rule that a guard held back, and the words by which it did. */
static void add_held(struct classifier *c, struct buf *out)
{
    if (c->held == NULL)
        return;
    const struct rule *guard = classifier_guard(c);
    struct span sentence = buf_span(&c->guards.sentence);
    rule_find_pattern(&guard->matches, c->matcher, sentence);
    buf_add_string(out, "\n  not ");
    add_words(out, c->held->type, c->held->reason, c->held->detail);
    buf_add_string(out, " by ");
    add_place(out, c->held);
    buf_add_string(out, ",\n     because of guard ");
    add_place(out, guard);
    add_span(out, "\n     found \"", matcher_found(c->matcher, sentence));
    buf_add_char(out, '"');
}

/* Adds the later rules that match too. */
static void add_others(struct classifier *c, struct buf *out, const struct rule *rule)
{
    const struct rule *first = c->set->rules;
    while ((rule = classifier_find(c, (size_t)(rule - first) + 1)) != NULL) {
        buf_add_string(out, "\n  else by ");
        add_place(out, rule);
        buf_add_string(out, ": ");
        add_words(out, rule->type, rule->reason, rule->detail);
    }
}

void explain_row(struct classifier *c, struct buf *out)
{
    struct diagnosis *d = &c->diagnosis;
    struct verdict v = classifier_decide(c);
    add_span(out, "", d->text);
    add_span(out, "\n  code ", d->code);
    add_span(out, ", status ", d->status);
    add_span(out, ", host ", diagnosis_host(d));
    buf_add_string(out, "\n  ");
    add_words(out, v.type, v.reason, v.detail);
    add_held(c, out);
    if (v.rule != NULL) {
        buf_add_string(out, "\n  by ");
        add_place(out, v.rule);
        add_grounds(c, out, v.rule);
        add_others(c, out, v.rule);
    } else if (v.name.n > 0) {
        add_span(out, "\n  no rule knows this text; by its code alone: ", v.name);
    } else {
        buf_add_string(out, "\n  no rule knows this text, nor does a code tell");
    }
    if (d->cut)
        buf_format(out, "\n  only the first %d bytes of the text were looked at", DIAGNOSIS_LIMIT);
    buf_add_string(out, "\n\n");
}
