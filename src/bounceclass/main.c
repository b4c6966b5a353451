/*
 * bounceclass: why did it fail: adds type, reason, detail and rule to each row, by the rules of
 * bounce.rules.
 */
#include "classifier.h"
#include "examples.h"
#include "rulesdir.h"
#include "statedir.h"
#include "stream.h"

static bool test_rules, no_jit;

static const struct option_entry own_table[] = {
    {'t', "test", OPTION_FLAG, &test_rules, NULL,
     "run the rules' examples, of one FILE or all, as TAP", 0, 0},
    {0, "no-jit", OPTION_FLAG, &no_jit, NULL, "match without PCRE2's JIT: slower, same verdicts", 0,
     0},
    {0},
};
static const struct option_entry *const tables[] = {
    own_table, rulesdir_option_table, statedir_option_table, stream_option_table, NULL};
static const struct option_usage usage = {
    "[options] [file ...]\n       bounceclass -t [options] [rule-file]",
    "Tell why mail failed: adds type, reason, detail and rule to each row.", tables};

enum want { WANT_CODE, WANT_STATUS, WANT_HOST, WANT_RESULT, WANT_TEXT };

static const struct stream_spec spec = {
    .keys = (const char *const[]){"text", NULL},
    .wants = (const char *const[]){"code", "status", "host", "result", "text", NULL},
    .adds = (const char *const[]){"type", "reason", "detail", "rule", NULL},
};

static void classify(struct stream *s, struct classifier *c)
{
    if (span_is(stream_get(s, WANT_RESULT), "sent")) {
        stream_write(s, stream_line(s), (const struct span[4]){{0}});
        return;
    }
    diagnosis_read(&c->diagnosis, stream_key(s), stream_get(s, WANT_CODE),
                   stream_get(s, WANT_STATUS), stream_get(s, WANT_HOST));
    struct verdict v = classifier_decide(c);
    const struct span values[] = {
        span_of(type_name(v.type)),
        span_of(reason_name(v.reason)),
        span_of(v.detail != NULL ? v.detail : ""),
        v.name,
    };
    stream_write(s, stream_line(s), values);
    stream_mark_unwell(s);
}

static int classify_all(struct ruleset *set, char **files)
{
    int status = 0;
    struct stream *s = stream_open(&spec, files, &status);
    struct classifier c;
    enum stream_event event;
    if (s == NULL)
        return status;
    classifier_start(&c, set);
    while ((event = stream_next(s)) < STREAM_END)
        if (event == STREAM_PAUSE)
            stream_flush(s);
        else
            classify(s, &c);
    classifier_end(&c);
    return stream_close(s);
}

int main(int argc, char **argv)
{
    int operands;
    int status = options_parse("bounceclass", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    struct ruleset set;
    status = ruleset_load(&set, test_rules ? argv[operands] : NULL, !no_jit);
    if (status != 0)
        return status;
    status = test_rules ? examples_run(&set) : classify_all(&set, argv + operands);
    ruleset_free(&set);
    return status;
}
