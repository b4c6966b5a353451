/*
 * bounceclass: tells why mail failed: adds type, reason, detail and rule to each row, by the rules
 * of bounce.rules(5).
 */
#include "base/err.h"
#include "bounceclass/examples.h"
#include "bounceclass/report.h"
#include "bounceclass/workers.h"
#include "lib/filter_options.h"
#include "lib/rulesdir.h"
#include "lib/statedir.h"
#include "lib/stream.h"

#include <sysexits.h>

static bool test_rules, no_jit, explain, summary, mask;
static const char *unknown_file;
static int64_t threads = 1;

static const struct option_entry own_table[] = {
    {'x', "explain", OPTION_FLAG, &explain, NULL, "print explanations instead of rows", 0, 0},
    {0, "summary", OPTION_FLAG, &summary, NULL,
     "print counts by type, reason, detail and receiver instead of rows", 0, 0},
    {0, "mask", OPTION_FLAG, &mask, NULL,
     "add a column masked: the text without its variable parts", 0, 0},
    {'u', "unknown", OPTION_TEXT, &unknown_file, "FILE",
     "count in FILE the texts that no rule matched", 0, 0},
    {'j', "jobs", OPTION_NUMBER, &threads, "N", "work with N threads; the default is 1", 1,
     WORKERS_MOST},
    {'t', "test", OPTION_FLAG, &test_rules, NULL,
     "run the examples of all rules, or of one rule file, as TAP", 0, 0},
    {0, "no-jit", OPTION_FLAG, &no_jit, NULL,
     "match without the JIT compiler of PCRE2 (slower, same verdicts)", 0, 0},
    {0},
};
static const struct option_entry *const tables[] = {
    own_table, rulesdir_option_table, statedir_option_table, filter_option_table, NULL};
static const struct option_usage usage = {
    "[options] [file ...]\n       bounceclass -t [options] [rule-file]",
    "Tell why mail failed: add type, reason, detail and rule to each row.", tables};

int main(int argc, char **argv)
{
    int operands;
    int status = options_parse("bounceclass", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (explain + summary + test_rules > 1 || ((explain || summary) && (mask || unknown_file))) {
        err_say("-x, --summary and -t print no rows and cannot be combined with each other, --mask "
                "or -u");
        return EX_USAGE;
    }
    const struct report_options options = {.kind = explain   ? REPORT_EXPLANATIONS
                                                   : summary ? REPORT_SUMMARY
                                                             : REPORT_ROWS,
                                           .mask = mask,
                                           .unknown = unknown_file,
                                           .threads = threads};
    struct ruleset set;
    status = ruleset_load(&set, test_rules ? argv[operands] : NULL, !no_jit);
    if (status != 0)
        return status;
    status = test_rules ? examples_run(&set) : report_run(&set, argv + operands, &options);
    ruleset_clear(&set);
    return status;
}
