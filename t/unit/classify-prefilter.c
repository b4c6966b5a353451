/*
 * The prefilter must never leave out a pattern that matches: what single patterns require, and
 * every shipped rule with every example.
 */
#include "base/mem.h"
#include "classify/literals.h"
#include "classify/ruleset.h"

#include "tap.h"

#include <stdlib.h>

/* Writes what a pattern requires: ways separated by `/`, clauses by `&`, literals by `,`. `[` and
 * `]` are the boundaries of words. */
static void describe(struct buf *out, const struct literal_way *ways, size_t count)
{
    for (size_t w = 0; w < count; w++)
        for (size_t c = 0; c < ways[w].count; c++)
            for (size_t i = 0; i < ways[w].clauses[c].count; i++) {
                const struct literal *l = &ways[w].clauses[c].literals[i];
                const char *between = i > 0 ? "," : c > 0 ? " & " : w > 0 ? " / " : "";
                buf_format(out, "%s%s%.*s%s", between, l->bound_before ? "[" : "", (int)l->n,
                           l->text, l->bound_after ? "]" : "");
            }
}

static bool requires(const char *pattern, const char *expected)
{
    struct literal_way *ways = mem_new(LITERALS_WAYS, sizeof *ways);
    struct buf found = {0};
    describe(&found, ways, literals_find(span_of(pattern), ways));
    bool same = span_is(buf_span(&found), expected);
    if (!same)
        printf("# %s requires %s, not %s\n", pattern, found.n > 0 ? buf_string(&found) : "nothing",
               expected);
    buf_clear(&found);
    free(ways);
    return same;
}

static void test_required(void)
{
    ok(requires("\\bmailbox full\\b", "[mailbox full]"),
       "a plain text requires itself, with its word boundaries");
    ok(requires("\\b(user|account)\\b.{0,20}\\bunknown", "[unknown & [user],[account]"),
       "a sequence requires all its parts");
    ok(requires("x(unknown|no.*user)", "unknown,user"),
       "an alternation requires the best part of one of its branches");
    ok(requires("unknown|\\bno\\b.*user", "unknown / [no] & user"),
       "each alternative of the whole pattern is a way of its own");
    ok(requires("quota|x", ""), "nothing is required if one alternative has nothing of use");
    ok(requires("\\bmailbox(es)? is\\b", "[mailboxes is],[mailbox is]") &&
           requires("over ?quota", "over quota,overquota"),
       "a text with an optional part has several forms");
    ok(requires("(very \\w+ )?full", "full") && requires("ab+cd", "ab & cd") &&
           requires("(abc){2}d", "abc"),
       "only what a quantifier cannot leave out is required");
    ok(requires("[abc]def[^]x]", "def"), "a class ends a literal");
    ok(requires("5\\.1\\.1", "5.1.1"), "an escaped dot is a literal dot");
    ok(requires("(?=abc)def", "") && requires("abc\\x41", "") && requires("(a)\\1bcd", "") &&
           requires("foo(*ACCEPT)bar", "") && requires("ab( x{1s){0,4} cd", "") &&
           requires("a{,2}bcd", ""),
       "a pattern that is not understood requires nothing");
    ok(requires("Empf\xc3\xa4nger", "\x80 & empf & nger"),
       "a character outside ASCII requires the mark of such characters");
    ok(requires("\xe4\xb8\x8d\xe5\xad\x98", "\x80 & \x80"),
       "a pattern without ASCII requires a text that is not ASCII");
}

/* Counts the patterns that match a text although the prefilter leaves them out. */
static size_t count_missed(struct prefilter_scan *scan, struct matcher *m, struct span text,
                           const struct pattern_list *list)
{
    size_t missed = 0;
    for (size_t i = 0; i < list->count; i++)
        missed += pattern_match(list->patterns[i], m, text) == PATTERN_YES &&
                  !prefilter_scan_may_match(scan, list->numbers[i]);
    return missed;
}

/* Counts the patterns and the rules that the prefilter wrongly leaves out for a text. */
static size_t test_text(const struct ruleset *set, struct prefilter_scan *scan, struct matcher *m,
                        struct span text)
{
    size_t missed = 0;
    prefilter_scan_text(scan, text);
    for (size_t i = 0; i < set->count; i++) {
        const struct rule *rule = &set->rules[i];
        bool matches = rule_find_pattern(&rule->matches, m, text) < rule->matches.count;
        missed += count_missed(scan, m, text, &rule->matches) +
                  count_missed(scan, m, text, &rule->nots) +
                  (matches && prefilter_scan_next_group(scan, (int)i) != (int)i);
    }
    return missed;
}

static void test_rules(void)
{
    struct ruleset set;
    size_t texts = 0, missed = 0, longer = 0;
    if (!ok(ruleset_load(&set, "rules/bounce.rules", false) == 0, "the rules are read"))
        return;
    struct prefilter_scan *scan = prefilter_scan_new(set.prefilter);
    struct matcher *m = matcher_new();
    struct buf all = {0};
    for (size_t i = 0; i < set.count; i++)
        for (size_t j = 0; j < set.rules[i].block->count; j++, texts++) {
            missed += test_text(&set, scan, m, set.rules[i].block->lines[j].value);
            buf_add_span(&all, set.rules[i].block->lines[j].value);
            buf_add_char(&all, ' ');
        }
    ok(texts > 100 && missed == 0, "of %zu texts against all rules, no match is left out", texts);
    struct diagnosis d = {0};
    for (size_t at = 0; at + 4096 < all.n; at += 1024, longer++) {
        const struct span unset = {0};
        diagnosis_read(&d, span_make(all.p + at, 700 + longer), unset, unset, unset);
        missed += test_text(&set, scan, m, d.text);
    }
    ok(longer > 5 && missed == 0, "of %zu longer texts against all rules, no match is left out",
       longer);
    ok(test_text(&set, scan, m, span_of("USER UNKNOWN")) == 0 &&
           test_text(&set, scan, m,
                     span_of("u\xc5\xbf"
                             "er un\xe2\x84\xaanown")) == 0,
       "no match is left out for capitals, nor for U+017F and U+212A in place of s and k");
    diagnosis_clear(&d);
    buf_clear(&all);
    matcher_free(m);
    prefilter_scan_free(scan);
    ruleset_clear(&set);
}

int main(void)
{
    test_required();
    test_rules();
    return done();
}
