/*
 * The prefilter must never leave out a pattern that would match: shown on single patterns, and on
 * every rule with every example.
 */
#include "bounceclass/required.h"
#include "bounceclass/ruleset.h"

#include "tap.h"

/* The literals of a pattern, separated by blanks. */
static bool requires(const char *pattern, const char *literals)
{
    struct required r;
    struct buf all = {0};
    required_find(span_of(pattern), &r);
    for (size_t i = 0; i < r.count; i++)
        buf_format(&all, "%s%s", i > 0 ? " " : "", r.literals[i]);
    bool same = span_is(buf_span(&all), literals);
    if (!same)
        printf("# %s requires %s, not %s\n", pattern, all.n > 0 ? buf_string(&all) : "nothing",
               literals);
    buf_free(&all);
    return same;
}

static void test_required(void)
{
    ok(requires("\\bmailbox full\\b", "mailbox full"), "a plain text");
    ok(requires("\\b(user|account)\\b.{0,20}\\bunknown\\b", "unknown"), "the longer one of two");
    ok(requires("unknown|no such user", "unknown no such user"), "each branch of an alternation");
    ok(requires("quota|x", ""), "nothing, where one branch has nothing of use");
    ok(requires("mailboxe?s? are", "mailbox"), "what may be missing is not required");
    ok(requires("(very )?full", "full") && requires("ab+cd", "ab") && requires("(abc){2}d", "abc"),
       "quantifiers");
    ok(requires("over ?quota", "quota") && requires("[abc]def[^]x]", "def"), "classes break a run");
    ok(requires("5\\.1\\.1", "5.1.1"), "escaped marks are letters");
    ok(requires("(?=abc)def", "") && requires("abc\\x41", "") && requires("(a)\\1bcd", ""),
       "what is not understood requires nothing");
    ok(requires("Empf\xc3\xa4nger", "\x80"),
       "a character outside ASCII is rarer than four letters");
    ok(requires("\xe4\xb8\x8d\xe5\xad\x98", "\x80"),
       "a pattern without ASCII requires a text that is not ASCII");
}

/* How many patterns of the set match a text that the prefilter leaves out. */
static size_t count_missed(struct ruleset *set, struct span text, const struct pattern_list *list)
{
    size_t missed = 0;
    for (size_t i = 0; i < list->count; i++)
        missed += pattern_match(list->patterns[i], text) == PATTERN_YES &&
                  !prefilter_may_match(set->prefilter, list->numbers[i]);
    return missed;
}

static size_t test_text(struct ruleset *set, struct span text)
{
    size_t missed = 0;
    prefilter_scan(set->prefilter, text);
    for (size_t i = 0; i < set->count; i++)
        missed += count_missed(set, text, &set->rules[i].matches) +
                  count_missed(set, text, &set->rules[i].nots);
    return missed;
}

static void test_rules(void)
{
    struct ruleset set;
    size_t texts = 0, missed = 0;
    if (!ok(ruleset_load(&set, "rules/bounce.rules", true) == 0, "the rules are read"))
        return;
    for (size_t i = 0; i < set.count; i++)
        for (size_t j = 0; j < set.rules[i].block->count; j++, texts++)
            missed += test_text(&set, set.rules[i].block->lines[j].value);
    ok(texts > 100 && missed == 0, "of %zu texts against all rules, no match is left out", texts);
    ok(test_text(&set, span_of("USER UNKNOWN")) == 0 &&
           test_text(&set, span_of("u\xc5\xbf"
                                   "er un\xe2\x84\xaanown")) == 0,
       "neither in capitals nor with the odd forms of s and k");
    ruleset_free(&set);
}

int main(void)
{
    test_required();
    test_rules();
    return done();
}
