/*
 * Rules that hide later ones: what can never match is found, and what can match is never called
 * hidden.
 */
#include "classify/shadow.h"

#include "rules.h"
#include "tap.h"

/* True if the first rule hides the second. Both are soft unless their lines say otherwise. */
static bool hides(const char *earlier, const char *later)
{
    struct ruleset set;
    struct rule_problem problem;
    struct buf rules = {0};
    buf_format(&rules, "rule a\n%s\nyes x\n\nrule b\n%s\nyes x\n", earlier, later);
    bool good = load_rules(&set, buf_string(&rules), 2, &problem) == 2;
    if (!good)
        printf("# %s\n", problem.what);
    struct matcher *m = matcher_new();
    bool hidden = good && shadow_covers(&set.rules[0], &set.rules[1], m);
    matcher_free(m);
    ruleset_clear(&set);
    buf_clear(&rules);
    return hidden;
}

#define SOFT "reason refused\n"
#define HARD "reason user-unknown\n"
#define FREE HARD "despite all guards\n"

int main(void)
{
    ok(hides(SOFT "match quota", SOFT "match over quota") &&
           hides(SOFT "match quota", SOFT "match quota") &&
           hides(SOFT "match quot.\nmatch x", SOFT "match quota"),
       "a pattern hides another that is the same, or plain words in which it is found");
    ok(!hides(SOFT "match over quota", SOFT "match quota"),
       "longer words do not hide shorter ones");
    ok(!hides(SOFT "match \\bquota\\b", SOFT "match quota") &&
           !hides(SOFT "match \\bquota", SOFT "match quota") &&
           !hides(SOFT "match quota\\b", SOFT "match quota") &&
           !hides(SOFT "match \\Bquota", SOFT "match quota") &&
           hides(SOFT "match \\bquota\\b", SOFT "match over quota of"),
       "a word with boundaries hides only what has them, or their absence, in any text");
    ok(!hides(SOFT "match quota", SOFT "match quota|full") &&
           !hides(SOFT "match quota", SOFT "match quota\nmatch full") &&
           !hides(SOFT "match quota", SOFT "code 552"),
       "a pattern does not hide a rule that matches another way");
    ok(hides(SOFT "code 55x", SOFT "code 552") && hides(SOFT "code 55x 450", SOFT "code 450 551") &&
           !hides(SOFT "code 552", SOFT "code 55x") && !hides(SOFT "code 552", SOFT "code 552 450"),
       "a code hides the codes that it matches");
    ok(!hides(SOFT "code 552\nmatch quota", SOFT "match quota") &&
           hides(SOFT "match quota", SOFT "code 552\nmatch quota"),
       "a rule with a code does not hide one without, which matches more");
    ok(!hides(SOFT "status 5.2.2\nmatch quota", SOFT "match quota") &&
           hides(SOFT "status 5.2.*\nmatch quota", SOFT "status 5.2.2\nmatch quota"),
       "a rule with a status does not hide one without");
    ok(!hides(SOFT "host *.example\nmatch quota", SOFT "match quota") &&
           hides(SOFT "host *.example\nmatch quota", SOFT "host mx.example\nmatch quota") &&
           !hides(SOFT "host mx.example\nmatch quota", SOFT "host *.example\nmatch quota"),
       "a rule for one host does not hide one for all hosts, nor for more");
    ok(!hides(SOFT "match quota\nnot disk", SOFT "match quota") &&
           hides(SOFT "match quota\nnot disk", SOFT "match quota\nnot disk\nnot tape"),
       "a rule with an exception hides only what has the exception too");
    ok(!hides(FREE "match zork", SOFT "match zork") &&
           hides(SOFT "match zork", HARD "match zork") &&
           hides(HARD "match zork", HARD "match zork") &&
           hides(FREE "code 550\nmatch zork", SOFT "code 550\nmatch zork"),
       "a hard rule does not hide a soft one, which matches temporary failures too");
    ok(!hides(HARD "code 550\nmatch zork", SOFT "code 550\nmatch zork") &&
           !hides(HARD "code 550\nmatch zork", FREE "code 550\nmatch zork") &&
           hides(FREE "match zork", HARD "match zork"),
       "a hard rule does not hide one that no guard holds back");
    ok(!hides(SOFT "match zork\nif a", SOFT "match zork") &&
           !hides(SOFT "match zork\nif a", SOFT "match zork\nunless a") &&
           !hides(SOFT "match zork\nunless a", SOFT "match zork\nunless b") &&
           hides(SOFT "match zork\nunless a", SOFT "match zork\nunless a") &&
           hides(SOFT "match zork\nif a", SOFT "match zork\nunless b\nif a"),
       "a rule with a guard hides only what has the guard too");
    return done();
}
