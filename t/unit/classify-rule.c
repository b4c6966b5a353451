/* One rule: which blocks are valid, and when a rule matches. */
#include "classify/rule.h"

#include "rules.h"
#include "tap.h"

static struct ruleset set;
static struct rule_problem problem;

/* True if the rule, whose lines follow its name, matches a text with these columns. */
static enum pattern_result match(const char *lines, const char *text, const char *code,
                                 const char *status, const char *host)
{
    struct buf rule = {0};
    enum pattern_result result = PATTERN_LIMIT;
    buf_format(&rule, "rule x\n%s\nyes x\n", lines);
    if (load_rules(&set, buf_string(&rule), 1, &problem) == 1) {
        struct diagnosis d = {0};
        struct matcher *m = matcher_new();
        struct prefilter_scan *s = prefilter_scan_new(set.prefilter);
        diagnosis_read(&d, span_of(text), span_of(code), span_of(status), span_of(host));
        prefilter_scan_text(s, d.text);
        result = rule_match(&set.rules[0], s, m, &d);
        prefilter_scan_free(s);
        matcher_free(m);
        diagnosis_clear(&d);
    } else {
        printf("# %s\n", problem.what);
    }
    ruleset_clear(&set);
    buf_clear(&rule);
    return result;
}

static bool matches(const char *lines, const char *text, const char *code, const char *status,
                    const char *host)
{
    return match(lines, text, code, status, host) == PATTERN_YES;
}

static bool misses(const char *lines, const char *text, const char *code, const char *status,
                   const char *host)
{
    return match(lines, text, code, status, host) == PATTERN_NO;
}

/* True if the block is refused for a reason that begins like this, at that line. */
static bool refuses(const char *rule, size_t line, const char *what)
{
    bool refused = load_rules(&set, rule, 1, &problem) < 0 && problem.line == line &&
                   strncmp(problem.what, what, strlen(what)) == 0;
    if (!refused)
        printf("# line %zu: %s\n", problem.line, problem.what);
    ruleset_clear(&set);
    return refused;
}

static void test_codes(void)
{
    const char *code = "reason refused\ncode 55x 421";
    ok(matches(code, "z", "550", "", "") && matches(code, "z", "559", "", "") &&
           matches(code, "z", "421", "", ""),
       "a rule matches any of its codes, with x as any digit");
    ok(misses(code, "z", "541", "", "") && misses(code, "z", "422", "", "") &&
           misses(code, "z", "", "", ""),
       "a rule with a code matches no other code, nor a failure without one");
    const char *status = "reason refused\nstatus 5.7.* *.2.2";
    ok(matches(status, "z", "", "5.7.26", "") && matches(status, "z", "", "4.2.2", "") &&
           misses(status, "z", "", "5.2.1", "") && misses(status, "z", "", "", ""),
       "a rule matches any of its statuses, and no failure without a status");
    const char *host = "reason refused\nhost *.example.org";
    ok(matches(host, "z", "550", "", "mx.Example.ORG") && misses(host, "z", "550", "", "x.org"),
       "a rule matches its hosts, in any case");
    ok(misses("reason refused\nhost *", "z", "550", "", "") &&
           misses("reason refused\nstatus *.*.*", "z", "550", "", ""),
       "a mask of anything matches no unknown host and no unknown status");
}

/* bounce.rules(5): a hard rule without code and status does not match a temporary failure. */
static void test_lasting(void)
{
    const char *plain = "reason user-unknown\nmatch zork";
    ok(matches(plain, "550 zork", "", "", "") && misses(plain, "450 zork", "", "", "") &&
           misses(plain, "4.1.1 zork", "", "", ""),
       "a hard rule does not match a temporary failure");
    ok(matches("reason user-unknown\ncode 450\nmatch zork", "450 zork", "", "", "") &&
           matches("reason user-unknown\nstatus 4.1.1\nmatch zork", "450 4.1.1 zork", "", "", ""),
       "a hard rule with a code or a status matches a temporary failure that has it");
    ok(matches("reason refused\nmatch zork", "450 zork", "", "", "") &&
           matches("reason user-unknown\ntype soft\nmatch zork", "450 zork", "", "", ""),
       "a soft rule matches a temporary failure");
}

static void test_patterns(void)
{
    const char *rule = "reason refused\nmatch zork\nmatch blah\nnot foo\nnot bar";
    ok(matches(rule, "a ZORK", "", "", "") && matches(rule, "blah", "", "", ""),
       "a rule matches a text that one of its patterns matches");
    ok(misses(rule, "zork foo", "", "", "") && misses(rule, "bar blah", "", "", "") &&
           misses(rule, "other", "", "", ""),
       "a rule does not match a text that one of its exceptions matches");
    const char *many = "zork aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    ok(match("reason refused\nmatch zork\nnot (a+)+$", many, "", "", "") == PATTERN_LIMIT,
       "a rule whose exception hits a limit does not match: the answer is unknown");
    ok(match("reason refused\nmatch (a+)+$", many, "", "", "") == PATTERN_LIMIT,
       "a rule whose pattern hits a limit does not match: the answer is unknown");
}

static void test_invalid(void)
{
    ok(refuses("rule a\nreason refused\nreason mailbox-full\nmatch x\nyes x\n", 3, "a rule can") &&
           refuses("rule a\nreason refused\nmatch x\nrule b\nyes x\n", 4, "a rule can") &&
           refuses("rule a\ntype soft\nreason refused\ntype hard\nmatch x\nyes x\n", 4, "a rule"),
       "a second name, reason or type is refused");
    ok(refuses("rule a\nreason refused\ncode 5500\nyes x\n", 3, "a code is") &&
           refuses("rule a\nreason refused\ncode 55\nyes x\n", 3, "a code is") &&
           refuses("rule a\nreason refused\ncode 5y0\nyes x\n", 3, "a code is"),
       "a code is three digits or x");
    ok(refuses("rule a\nreason refused\nstatus 5.1\nyes x\n", 3, "a status is") &&
           refuses("rule a\nreason refused\nstatus 5.1.x\nyes x\n", 3, "a status is"),
       "a status is three parts of digits and *");
    ok(refuses("rule A\nreason refused\nmatch x\nyes x\n", 1, "a rule's name") &&
           refuses("rule\nreason refused\nmatch x\nyes x\n", 1, "a rule's name") &&
           refuses("reason refused\nmatch x\nyes x\n", 1, "a block must"),
       "a rule has a name of a-z, 0-9 and -");
    ok(refuses("rule a\nreason refused\nmatch\nyes x\n", 3, "an empty pattern") &&
           refuses("rule a\nreason refused\ncode\nyes x\n", 3, "the line has no value") &&
           refuses("rule a\nreason refused\nmatch x\nyes\n", 4, "the example is missing") &&
           refuses("rule a\nreason refused\nmatch x\nno y\n", 1, "the rule has no example"),
       "a line without its value is refused, and a rule without a yes");
}

int main(void)
{
    test_codes();
    test_lasting();
    test_patterns();
    test_invalid();
    return done();
}
