/* quarantine.rules: which block holds for an error, and what a block may leave out. */
#include "store/quarantine_rules.h"

#include "base/mem.h"

#include "tap.h"

#include <string.h>

enum { DAY = 86400 };

static struct rulefile file;
static struct quarantine_rules rules;
static struct rule_problem problem;

static void clear(void)
{
    quarantine_rules_clear(&rules);
    rulefile_clear(&file);
}

static bool parse(const char *text)
{
    clear();
    return rulefile_parse(&file, "test.rules", mem_copy(text, strlen(text)), strlen(text),
                          &problem) &&
           quarantine_rules_add(&rules, &file, &problem);
}

/* The number of the block that holds, from 1; 0: none. */
static size_t find(const char *reason, const char *detail, enum quarantine_type type)
{
    const struct quarantine_rule *r =
        quarantine_rules_find(&rules, span_of(reason), span_of(detail), type);
    return r != NULL ? (size_t)(r - rules.rules) + 1 : 0;
}

static void test_find(void)
{
    ok(parse("reason refused\ndetail complaint\nafter 1\ndeny\n\n"
             "reason refused\nafter never\n\n"
             "reason a b\ntype hard\nafter 1\n\n"
             "reason b\nafter 3\nforget 30d\nrelease 40d\napart 50d\n\n"
             "reason c\ntype ignored\nafter 2\n"),
       "rules are read");
    ok(find("refused", "complaint", QUARANTINE_SOFT) == 1 &&
           find("refused", "spam", QUARANTINE_SOFT) == 2 &&
           find("refused", "", QUARANTINE_SOFT) == 2,
       "a block with a detail holds for that detail only");
    ok(find("Refused", "COMPLAINT", QUARANTINE_SOFT) == 1, "words are compared in any case");
    ok(find("b", "", QUARANTINE_HARD) == 3 && find("b", "", QUARANTINE_SOFT) == 4 &&
           find("b", "", QUARANTINE_ANY) == 3,
       "a block with a type holds for that type only");
    ok(find("b", "", QUARANTINE_IGNORED) == 0 && find("c", "", QUARANTINE_IGNORED) == 5 &&
           find("c", "", QUARANTINE_HARD) == 0,
       "only a block that says so holds for an ignored type");
    ok(find("d", "", QUARANTINE_HARD) == 0 && find("ab", "", QUARANTINE_HARD) == 0 &&
           find("", "", QUARANTINE_HARD) == 0,
       "a reason that no block names has none");
    ok(quarantine_rules_need_detail(&rules, span_of("refused")) &&
           !quarantine_rules_need_detail(&rules, span_of("b")),
       "a detail is needed if a block names one");
    ok(quarantine_rules_name(&rules, span_of("refused"), span_of("complaint")) &&
           !quarantine_rules_name(&rules, span_of("refused"), span_of("spam")) &&
           !quarantine_rules_name(&rules, span_of("x"), span_of("")),
       "a detail is known if a block names it");
}

static void test_times(void)
{
    ok(parse("reason a\nafter 1\nforget 1d\nrelease 9d\napart 2d\n") && rules.window_s == 9 * DAY,
       "events are remembered for as long as a quarantine can last");
    ok(parse("reason a\nafter 1\nforget 1d\napart 8d\n") && rules.window_s == 8 * DAY &&
           rules.rules[0].release_s == QUARANTINE_NEVER,
       "and for as long as errors must be apart; a block without release has none");
    ok(quarantine_rule_apart(&rules.rules[0], QUARANTINE_SOFT) == 8 * DAY &&
           quarantine_rule_apart(&rules.rules[0], QUARANTINE_HARD) == 8 * DAY,
       "the time between errors is what the block says");
    ok(parse("reason a\nafter 1\n") &&
           quarantine_rule_apart(&rules.rules[0], QUARANTINE_SOFT) == DAY &&
           quarantine_rule_apart(&rules.rules[0], QUARANTINE_HARD) == 0,
       "if it says nothing, soft errors are a day apart");
}

static void test_refused(void)
{
    ok(!parse("reason a\n") && !parse("reason a\nafter 0\n") && !parse("reason a\nafter 1001\n") &&
           !parse("reason a\nafter 3d\n") && parse("reason a\nafter 1000\n"),
       "a block needs a number of errors from 1 to 1000");
    ok(!parse("after 1\n") && !parse("reason\nafter 1\n") && !parse("reason a/b\nafter 1\n"),
       "a block needs reasons that are words");
    ok(!parse("reason a\nafter 1\ntype any\n") && !parse("reason a\nafter 1\nfirst 2\n") &&
           !parse("reason a\nafter 1\ndeny it\n"),
       "a line that is not understood is refused");
}

static void test_guard(void)
{
    ok(parse("guard domain\naddresses 3\nshare 60%\n\n"
             "guard domain\naddresses 9\nshare 90%\nwithin 2h\n") &&
           rules.guards[GUARD_DOMAIN].addresses == 3 && rules.guards[GUARD_DOMAIN].share == 60 &&
           rules.guards[GUARD_DOMAIN].within_s == 3600 && !rules.guards[GUARD_RECEIVER].given,
       "the first guard of a kind holds, for an hour if it does not say");
    ok(!parse("guard domain\naddresses 3\n") && !parse("guard domain\nshare 50%\n") &&
           !parse("guard domain\naddresses 3\nshare 100%\n") &&
           !parse("guard domain\naddresses 3\nshare 0%\n") &&
           parse("guard domain\naddresses never\n"),
       "a guard that is not off needs addresses and a share");
    ok(!parse("guard domain\naddresses 3\nshare 50%\nwithin 59s\n") &&
           parse("guard domain\naddresses 3\nshare 50%\nwithin 24h\n") &&
           !parse("guard domain\naddresses 3\nshare 50%\nwithin 25h\n"),
       "a guard looks at a minute to a day");
}

static void test_spelling(void)
{
    char reason[QUARANTINE_WORD] = "Complaint", detail[QUARANTINE_WORD] = "";
    quarantine_one_spelling(reason, detail);
    ok(strcmp(reason, "refused") == 0 && strcmp(detail, "complaint") == 0,
       "a complaint is a refusal with the detail complaint");
}

int main(void)
{
    test_find();
    test_times();
    test_refused();
    test_guard();
    test_spelling();
    clear();
    return done();
}
