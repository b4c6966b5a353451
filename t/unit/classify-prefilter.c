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
    ok(requires("(?<!not )abc(?! (x|y))def", "abc & def") && requires("abc(?!x)+", "") &&
           requires("abc(?!(?=x)y)", ""),
       "a negative look-around is passed over");
    ok(requires("Empf\xc3\xa4nger", "\x80 & empf & nger"),
       "a character outside ASCII requires the mark of such characters");
    ok(requires("\xe4\xb8\x8d\xe5\xad\x98", "\x80 & \x80"),
       "a pattern without ASCII requires a text that is not ASCII");
}

/* A prefilter of single patterns, to be scanned with texts. */
struct single {
    struct prefilter *filter;
    struct prefilter_scan *scan;
    struct pattern *pattern;
    size_t number;
};

/* Adds `before` patterns of other words first. */
static void single_init(struct single *s, const char *pattern, size_t before)
{
    char why[PATTERN_WHY], other[32];
    size_t offset;
    s->filter = prefilter_new();
    for (size_t i = 0; i < before; i++) {
        snprintf(other, sizeof other, "%08zxzzzzzz", i * 2654435761U % 0xffffffffU);
        prefilter_add(s->filter, span_of(other), (int)i + 1);
    }
    s->number = prefilter_add(s->filter, span_of(pattern), 0);
    s->pattern = pattern_compile(span_of(pattern), false, &offset, why);
    prefilter_build(s->filter);
    s->scan = prefilter_scan_new(s->filter);
}

static void single_clear(struct single *s)
{
    prefilter_scan_free(s->scan);
    prefilter_free(s->filter);
    if (s->pattern != NULL)
        pattern_free(s->pattern);
}

/* True if the pattern and its group may match the text. */
static bool may_match(struct single *s, const char *text)
{
    prefilter_scan_text(s->scan, span_of(text));
    return prefilter_scan_may_match(s->scan, s->number) &&
           prefilter_scan_next_group(s->scan, 0) == 0;
}

static bool lets_pass(const char *pattern, const char *text)
{
    struct single s;
    single_init(&s, pattern, 0);
    bool pass = may_match(&s, text);
    single_clear(&s);
    if (!pass)
        printf("# %s leaves out %s\n", pattern, text);
    return pass;
}

/* Puts a random pattern or text together from pieces. */
static const char *assemble(const char *const *pieces, size_t count, size_t most, unsigned *seed)
{
    static struct buf made;
    buf_empty(&made);
    for (size_t n = 1 + (size_t)rand_r(seed) % most; n > 0; n--)
        buf_add_string(&made, pieces[(size_t)rand_r(seed) % count]);
    return buf_string(&made);
}

/* Random patterns on random texts: what PCRE2 finds, the prefilter must let pass. */
static void test_random(void)
{
    static const char *const parts[] = {
        "ab",       "cd",   "a",    "b",   "xy",  "abcd",  " ",     "\\b", "\\b",
        "\\b",      "(",    "(?:",  ")",   ")",   ")+",    ")*",    ")?",  "|",
        "|",        "?",    "*",    "+",   "{2}", "{0,3}", "{1,2}", "{0}", ".",
        ".*",       "[ab]", "[^a]", "\\w", "\\W", "\\s",   "^",     "$",   "abcdefghijklmnopqr",
        "\xc3\xa4", "\\."};
    static const char *const words[] = {"ab",
                                        "ab",
                                        "cd",
                                        "abab",
                                        "abcd",
                                        "a",
                                        "b",
                                        "xy",
                                        " ",
                                        " ",
                                        ".",
                                        "ABCD",
                                        "abcdefghijklmnopqr",
                                        "abcdefghijklmn",
                                        "_",
                                        "\xc3\xa4",
                                        "-",
                                        "cdcd"};
    const size_t all_parts = sizeof parts / sizeof *parts, all_words = sizeof words / sizeof *words;
    unsigned seed = 1;
    size_t matched = 0, missed = 0;
    struct matcher *m = matcher_new();
    for (int i = 0; i < 6000; i++) {
        struct single s;
        const char *made = assemble(parts, all_parts, 9, &seed);
        char *pattern = mem_copy(made, strlen(made));
        single_init(&s, pattern, 0);
        for (int t = 0; s.pattern != NULL && t < 20; t++) {
            const char *text = assemble(words, all_words, 7, &seed);
            if (pattern_match(s.pattern, m, span_of(text)) != PATTERN_YES)
                continue;
            matched++;
            if (may_match(&s, text))
                continue;
            if (missed++ < 5)
                printf("# %s leaves out %s\n", pattern, text);
        }
        single_clear(&s);
        free(pattern);
    }
    matcher_free(m);
    ok(matched > 5000 && missed == 0,
       "of %zu random texts that a random pattern matches, none is left out (%zu are)", matched,
       missed);
}

static void test_sound(void)
{
    ok(lets_pass("\\b(?:ab)+\\b", "abab") && lets_pass("\\b(ab|cd)+\\b", "cdab") &&
           lets_pass("\\b(?:full stop){2,}\\b", "full stopfull stop"),
       "a word boundary beside a repeated group is required of its ends only");
    ok(lets_pass("(quota ){0,3}full", "full") && lets_pass("(?:quota ){0}full", "full"),
       "a group that may occur 0 times is not required");
    ok(lets_pass("\\babcdefghijklmnopqr\\b", "abcdefghijklmnopqr"),
       "a long word, which is cut, is found in its whole");
    ok(lets_pass("unknown", "un\xe2\x84\xaanown"), "the Kelvin sign may be a k");
    ok(lets_pass("user", "u\xc5\xbf"
                         "er"),
       "the long s may be an s");
}

/* A long text is scanned in four parts side by side. */
static void test_places(void)
{
    static const char word[] = "mailbox full stop";
    char text[201];
    size_t missed = 0;
    struct single s;
    single_init(&s, word, 0);
    for (size_t n = sizeof word - 1; n < sizeof text; n++)
        for (size_t at = 0; at + sizeof word - 1 <= n; at++) {
            memset(text, '.', n);
            memcpy(text + at, word, sizeof word - 1);
            text[n] = '\0';
            missed += !may_match(&s, text);
        }
    ok(missed == 0, "a word is found at each place of a text of each length (%zu are not)", missed);
    memset(text, '.', sizeof text - 1);
    ok(!may_match(&s, text), "a text without the word is left out");
    single_clear(&s);
}

/* Returns which of four patterns may match a text, as bits. They need the same word with other
 * boundaries. */
static unsigned bounded(const char *text)
{
    static const char *const patterns[] = {"green", "\\bgreen", "green\\b", "\\bgreen\\b"};
    struct prefilter *f = prefilter_new();
    unsigned possible = 0;
    for (size_t i = 0; i < 4; i++)
        prefilter_add(f, span_of(patterns[i]), (int)i);
    prefilter_build(f);
    struct prefilter_scan *scan = prefilter_scan_new(f);
    prefilter_scan_text(scan, span_of(text));
    for (size_t i = 0; i < 4; i++)
        possible |= prefilter_scan_may_match(scan, i) ? 1U << i : 0U;
    prefilter_scan_free(scan);
    prefilter_free(f);
    return possible;
}

static void test_bounds(void)
{
    ok(bounded("a green b") == 0xf && bounded("green") == 0xf && bounded("agreen greenb") == 0x7,
       "a word is found with each of its boundaries");
    ok(bounded("agreenb") == 0x1 && bounded("agreenb greenb") == 0x3 &&
           bounded("greenb agreen green") == 0xf && bounded("agreenb green") == 0xf,
       "a later place adds the boundaries that the first one did not have");
}

/* More words than the automaton has states for. */
static void test_full(void)
{
    struct single s;
    single_init(&s, "zork.*bl0rg", 5000);
    ok(may_match(&s, "a zork and a bl0rg"), "a pattern that has no room may match any text");
    single_clear(&s);
    /* The first clause has room, since another pattern has brought its word; the second has not. */
    single_init(&s, "00000000zzzzzz.*qqbl0rg", 5000);
    ok(may_match(&s, "a 00000000zzzzzz and a qqbl0rg"),
       "a pattern may match any text if only its second word has no room");
    single_clear(&s);
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

/* Counts the patterns and the rules, or the guards, that their prefilter wrongly leaves out. */
static size_t test_text(const struct ruleset *set, struct prefilter_scan *scan, struct matcher *m,
                        struct span text, bool guards)
{
    size_t missed = 0;
    prefilter_scan_text(scan, text);
    for (size_t i = 0; i < set->count; i++) {
        const struct rule *rule = &set->rules[i];
        if (rule->is_guard != guards)
            continue;
        bool matches = rule_find_pattern(&rule->matches, m, text) < rule->matches.count;
        missed += count_missed(scan, m, text, &rule->matches) +
                  count_missed(scan, m, text, &rule->nots) +
                  (matches && prefilter_scan_next_group(scan, (int)i) != (int)i);
    }
    return missed;
}

static void test_rules(bool guards)
{
    struct ruleset set;
    size_t texts = 0, missed = 0, longer = 0;
    if (!ok(ruleset_load(&set, "rules/bounce.rules", false) == 0, "the rules are read"))
        return;
    struct prefilter_scan *scan = prefilter_scan_new(guards ? set.guard_prefilter : set.prefilter);
    struct matcher *m = matcher_new();
    struct buf all = {0};
    for (size_t i = 0; i < set.count; i++)
        for (size_t j = 0; j < set.rules[i].block->count; j++, texts++) {
            missed += test_text(&set, scan, m, set.rules[i].block->lines[j].value, guards);
            buf_add_span(&all, set.rules[i].block->lines[j].value);
            buf_add_char(&all, ' ');
        }
    ok(texts > 100 && missed == 0, "of %zu texts against all %s, no match is left out", texts,
       guards ? "guards" : "rules");
    struct diagnosis d = {0};
    for (size_t at = 0; at + 4096 < all.n; at += 1024, longer++) {
        const struct span unset = {0};
        diagnosis_read(&d, span_make(all.p + at, 700 + longer), unset, unset, unset);
        missed += test_text(&set, scan, m, d.text, guards);
    }
    ok(longer > 5 && missed == 0, "of %zu longer texts against them, no match is left out", longer);
    ok(test_text(&set, scan, m, span_of("USER UNKNOWN"), guards) == 0 &&
           test_text(&set, scan, m,
                     span_of("u\xc5\xbf"
                             "er un\xe2\x84\xaanown"),
                     guards) == 0,
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
    test_sound();
    test_random();
    test_places();
    test_bounds();
    test_full();
    test_rules(false);
    test_rules(true);
    return done();
}
