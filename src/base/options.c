#include "base/options.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/stdfds.h"
#include "base/writer.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    LONG_ONLY = 256, /* getopt_long() returns LONG_ONLY + i for entry i if that has no letter */
};

static bool show_help, show_version;

static const struct option_entry own_table[] = {
    {'h', "help", OPTION_FLAG, &show_help, NULL, "show this help and exit", 0, 0},
    {'V', "version", OPTION_FLAG, &show_version, NULL, "show the version and exit", 0, 0},
    {0},
};

/* All tables of a tool, in the form that getopt_long(3) reads. */
struct command_line {
    const struct option_entry **entries;
    struct option *longs;
    struct buf shorts;
    size_t count;
};

static void add_table(struct command_line *c, const struct option_entry *table)
{
    for (const struct option_entry *e = table; e->name != NULL; e++) {
        c->entries = mem_resize(c->entries, c->count + 1, sizeof *c->entries);
        c->longs = mem_resize(c->longs, c->count + 2, sizeof *c->longs);
        c->entries[c->count] = e;
        int takes = e->kind == OPTION_FLAG ? no_argument : required_argument;
        int value = e->letter != 0 ? e->letter : LONG_ONLY + (int)c->count;
        c->longs[c->count] = (struct option){e->name, takes, NULL, value};
        c->longs[++c->count] = (struct option){0};
        if (e->letter != 0)
            buf_add_char(&c->shorts, e->letter);
        if (e->letter != 0 && takes == required_argument)
            buf_add_char(&c->shorts, ':');
    }
}

static struct command_line collect_tables(const struct option_usage *usage)
{
    struct command_line c = {0};
    /* A colon first: getopt_long() reports no errors itself. */
    buf_add_char(&c.shorts, ':');
    for (const struct option_entry *const *t = usage->tables; *t != NULL; t++)
        add_table(&c, *t);
    add_table(&c, own_table);
    return c;
}

static void command_line_clear(struct command_line *c)
{
    free(c->entries);
    free(c->longs);
    buf_clear(&c->shorts);
}

static void format_entry(struct buf *out, const struct option_entry *e)
{
    size_t start = out->n;
    if (e->letter != 0)
        buf_format(out, "  -%c, --%s", e->letter, e->name);
    else
        buf_format(out, "      --%s", e->name);
    if (e->argument != NULL)
        buf_format(out, " %s", e->argument);
    do
        buf_add_char(out, ' ');
    while (out->n - start < 28);
    buf_format(out, "%s\n", e->help);
}

/* Writes the usage or the version to stdout: 0, or EX_IOERR as for any other output. */
static int show(const struct option_usage *usage, const struct command_line *c)
{
    struct writer out;
    writer_init(&out, STDOUT_FILENO, "stdout");
    struct buf *line = writer_line(&out);
    if (show_version) {
        buf_format(line, "%s (mxkit) %s", err_tool_name(), MXKIT_VERSION);
    } else {
        buf_format(line, "usage: %s %s\n%s\n\n", err_tool_name(), usage->synopsis, usage->summary);
        for (size_t i = 0; i < c->count; i++)
            format_entry(line, c->entries[i]);
        buf_format(line, "\nThe manual: man %s", err_tool_name());
    }
    writer_end_line(&out);
    return writer_close(&out);
}

static int set_number(const struct option_entry *e, const char *text)
{
    int64_t most = e->least == 0 && e->most == 0 ? INT64_MAX : e->most;
    int64_t value = 0;
    bool duration = e->kind == OPTION_DURATION;
    bool good = duration ? duration_parse(span_of(text), &value) : number_parse(text, &value);
    if (good && value >= e->least && value <= most) {
        *(int64_t *)e->target = value;
        return 0;
    }
    const char *expected = duration ? "a duration such as 90s or 4h, in seconds" : "a whole number";
    if (e->most != 0)
        err_say("--%s is \"%s\"; it must be %s from %jd to %jd", e->name, text, expected,
                (intmax_t)e->least, (intmax_t)e->most);
    else
        err_say("--%s is \"%s\"; it must be %s", e->name, text, expected);
    return EX_USAGE;
}

static int set_option(const struct option_entry *e, const char *text)
{
    switch (e->kind) {
    case OPTION_FLAG:
        *(bool *)e->target = true;
        return 0;
    case OPTION_TEXT:
        *(const char **)e->target = text;
        return 0;
    case OPTION_NUMBER:
    case OPTION_DURATION:
        return set_number(e, text);
    }
    return EX_SOFTWARE;
}

static const struct option_entry *find_entry(const struct command_line *c, int value)
{
    if (value >= LONG_ONLY)
        return c->entries[value - LONG_ONLY];
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i]->letter == value)
            return c->entries[i];
    return NULL;
}

/* getopt_long() returned `value`: ':' if an argument is missing, '?' for any other error. A short
 * option may be one of several in its word, so that only optopt tells which it is. */
static int report_wrong_option(int value, char **argv)
{
    const char *what = value == ':' ? "needs a value" : "is unknown or ambiguous";
    if (optopt > 0 && optopt < LONG_ONLY && strncmp(argv[optind - 1], "--", 2) != 0)
        err_say("option -%c %s; %s -h lists the options", optopt, what, err_tool_name());
    else
        err_say("option %s %s; %s -h lists the options", argv[optind - 1], what, err_tool_name());
    return EX_USAGE;
}

static int parse(const struct command_line *c, int argc, char **argv)
{
    int value;
    int status = 0;
    /* 0 makes getopt_long() start again: a subcommand is a second parse in the same process. */
    optind = 0;
    while (status == 0 && (value = getopt_long(argc, argv, buf_string((struct buf *)&c->shorts),
                                               c->longs, NULL)) != -1) {
        const struct option_entry *e = value == '?' || value == ':' ? NULL : find_entry(c, value);
        status = e != NULL ? set_option(e, optarg) : report_wrong_option(value, argv);
    }
    return status;
}

int options_parse(const char *tool, const struct option_usage *usage, int argc, char **argv,
                  int *operands)
{
    stdfds_fill();
    /* A write(2) past the limit of file size then fails, and is reported like a full disk. */
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGUSR1, SIG_IGN); /* until a stream shows its progress: it must never end a tool */
    err_tool(tool);
    struct command_line c = collect_tables(usage);
    int status = parse(&c, argc, argv);
    if (status == 0 && (show_help || show_version))
        status = show(usage, &c);
    else if (status == 0 && (status = clock_init()) == 0)
        status = OPTIONS_RUN;
    *operands = optind;
    command_line_clear(&c);
    return status;
}
