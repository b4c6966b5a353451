/* Guards: what they see of a text, which rules they hold back, and which blocks are not valid. */
#include "classify/classifier.h"
#include "classify/sentence.h"

#include "tap.h"

#include <stdlib.h>
#include <sysexits.h>

#define GUARD "guard other\nmatch \\bsender\\b\nyes sender\n\n"
#define SLOW  "guard slow\nmatch (a+)+$\nyes a\n\n"
#define HARD  "rule hard\nreason user-unknown\nmatch zork\nyes zork\n"

/* Loads rules from a file of their own. Returns 0 or a status. */
static int load(struct ruleset *set, const char *rules)
{
    char path[] = "/tmp/mxkit-guard.XXXXXX";
    int fd = mkstemp(path);
    ssize_t written = write(fd, rules, strlen(rules));
    int status = written == (ssize_t)strlen(rules) ? ruleset_load(set, path, false) : -1;
    close(fd);
    unlink(path);
    return status;
}

/* True if the rules decide the text as this type, by the rule of this name. */
static bool decides(const char *rules, const char *text, enum type type, const char *name)
{
    const struct span unset = {0};
    struct ruleset set;
    struct classifier c;
    if (load(&set, rules) != 0)
        return false;
    classifier_init(&c, &set);
    diagnosis_read(&c.diagnosis, span_of(text), unset, unset, unset);
    struct verdict v = classifier_decide(&c);
    bool good = v.type == type && span_is(v.name, name);
    if (!good)
        printf("# %s: %s by %.*s\n", text, type_name(v.type), (int)v.name.n, v.name.p);
    classifier_clear(&c);
    ruleset_clear(&set);
    return good;
}

static bool is_sentence(const char *text, const char *wanted)
{
    struct buf out = {0};
    struct span made = sentence_make(&out, span_of(text));
    bool good = span_is(made, wanted);
    if (!good)
        printf("# %.*s\n", (int)made.n, made.p);
    buf_clear(&out);
    return good;
}

static void test_sentence(void)
{
    ok(is_sentence("550 5.1.1 <*@later.example>: unknown", "550 # <#>: unknown") &&
           is_sentence("host mx.example[192.0.2.1] said: no", "host #[#] said: no") &&
           is_sentence("see https://x.example/later?a=b, please", "see #, please"),
       "a guard sees # in place of an address, a host, an IP, a status and a URL");
    ok(is_sentence("user@sender.exampleは不明", "#は不明") && is_sentence("(a.b)", "(#)"),
       "a name ends at a bracket, and at a letter that is not ASCII");
    ok(is_sentence("unknown.Retry later", "unknown.Retry later") &&
           is_sentence("unknown. Retry...", "unknown. Retry...") && is_sentence("", ""),
       "the end of a sentence makes no name, with or without a blank");
}

static void test_held_back(void)
{
    ok(decides(GUARD HARD, "550 zork", TYPE_HARD, "hard") &&
           decides(GUARD HARD, "550 sender zork", TYPE_IGNORED, "") &&
           decides(GUARD HARD, "550 5.1.1 sender zork", TYPE_SOFT, "*.1.1"),
       "a hard rule does not decide a text that a guard matches");
    ok(decides(GUARD HARD, "550 zork <a@sender.example>", TYPE_HARD, "hard"),
       "the word of a guard in an address holds nothing back");
    ok(decides(GUARD HARD "despite why\n", "550 sender zork", TYPE_HARD, "hard") &&
           decides(GUARD HARD "type soft\n", "550 sender zork", TYPE_SOFT, "hard"),
       "a guard holds back no rule that says why, and no soft one");
    ok(decides(SLOW HARD, "550 zork aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", TYPE_IGNORED, ""),
       "a guard that hits a limit holds back, because the answer is unknown");
    ok(decides(GUARD HARD "unless other\n\nrule soft\nreason refused\nif other\nyes sender\n",
               "550 sender zork", TYPE_SOFT, "soft") &&
           decides(GUARD HARD "\nrule soft\nreason refused\nif other\nyes sender\n", "550 blah",
                   TYPE_IGNORED, ""),
       "`if` needs a guard that matches");
    ok(decides(GUARD HARD "type soft\nunless other\n", "550 zork", TYPE_SOFT, "hard") &&
           decides(GUARD HARD "type soft\nunless other\n", "550 sender zork", TYPE_IGNORED, ""),
       "`unless` needs a guard that does not match");
}

static bool refuses(const char *rules)
{
    struct ruleset set;
    return load(&set, rules) == EX_CONFIG;
}

static void test_invalid(void)
{
    ok(refuses(HARD "if nobody\n") && refuses(GUARD HARD "unless nobody\n") &&
           refuses(GUARD HARD "if\n"),
       "a guard that `if` or `unless` names must exist");
    ok(refuses(GUARD HARD "despite\n") && refuses(GUARD HARD "type soft\ndespite why\n"),
       "`despite` says why, and only in a hard rule");
    ok(refuses("guard a\nreason refused\nmatch x\nyes x\n") && refuses("guard a\nyes x\n") &&
           refuses("guard a\nmatch x\n") && refuses(GUARD GUARD) &&
           refuses("rule a\nguard b\nreason refused\nmatch x\nyes x\n"),
       "a guard has a name of its own, a pattern, an example, and no verdict");
    ok(decides(HARD "despite why\n", "550 zork", TYPE_HARD, "hard"),
       "a hard rule that says why needs no guard");
}

int main(void)
{
    tap_drop_messages();
    test_sentence();
    test_held_back();
    test_invalid();
    return done();
}
