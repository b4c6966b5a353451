/*
 * Hostile texts against every pattern of every shipped rule, without the prefilter: no pattern hits
 * a limit, and PCRE2 gives the same answers with and without its JIT compiler.
 */
#include "classify/ruleset.h"

#include "tap.h"

static const char *const pumps[] = {
    "a",
    " ",
    "(",
    "[",
    "<",
    "<a",
    "5",
    "5.1.1 ",
    "user ",
    "550-",
    "not found ",
    "mailbox full ",
    "\xc3\xa4",
    "a.",
    "recipient address rejected ",
    "sender domain ",
    "message size ",
    "server ",
};

enum { PUMPS = sizeof pumps / sizeof *pumps };

static void make_subject(struct buf *subject, const char *pump)
{
    buf_empty(subject);
    buf_add_string(subject, "550 ");
    while (subject->n + strlen(pump) < DIAGNOSIS_LIMIT)
        buf_add_string(subject, pump);
}

struct counts {
    size_t matches, limits, differences;
};

static void try_list(const struct pattern_list *jit, const struct pattern_list *plain,
                     struct matcher *m, struct span subject, struct counts *c)
{
    for (size_t i = 0; i < jit->count; i++, c->matches++) {
        enum pattern_result one = pattern_match(jit->patterns[i], m, subject);
        enum pattern_result other = pattern_match(plain->patterns[i], m, subject);
        if (one == PATTERN_LIMIT || other == PATTERN_LIMIT)
            printf("# %.*s hits a limit on %.20s...\n", (int)jit->texts[i].n, jit->texts[i].p,
                   subject.p);
        c->limits += one == PATTERN_LIMIT || other == PATTERN_LIMIT;
        c->differences += one != other;
    }
}

int main(void)
{
    struct ruleset jit, plain;
    struct counts c = {0};
    struct buf subject = {0};
    struct matcher *m = matcher_new();
    if (!ok(ruleset_load(&jit, "rules/bounce.rules", true) == 0 &&
                ruleset_load(&plain, "rules/bounce.rules", false) == 0,
            "the rules are read"))
        return done();
    for (size_t p = 0; p < PUMPS; p++) {
        make_subject(&subject, pumps[p]);
        for (size_t i = 0; i < jit.count; i++) {
            try_list(&jit.rules[i].matches, &plain.rules[i].matches, m, buf_span(&subject), &c);
            try_list(&jit.rules[i].nots, &plain.rules[i].nots, m, buf_span(&subject), &c);
        }
    }
    ok(c.matches > 10000 && c.limits == 0,
       "of %zu matches of hostile texts, none hits a limit (%zu do)", c.matches, c.limits);
    ok(c.differences == 0, "hostile texts give the same answers with and without JIT (%zu differ)",
       c.differences);
    buf_clear(&subject);
    matcher_free(m);
    ruleset_clear(&jit);
    ruleset_clear(&plain);
    return done();
}
