/*
 * mxqueue: a queue of rows that loses none and doubles none: rows are added with their message,
 * given out when they are due, and taken back with their results.
 */
#include "base/buf.h"
#include "base/err.h"
#include "mxqueue/command.h"

#include <string.h>
#include <sysexits.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"add", command_add, "Add the rows of a list, each with its message"},
    {"due", command_due, "Give out the rows whose time has come"},
    {"done", command_done, "Take rows back, with their results"},
    {"list", command_list, "Print the rows, and whether they wait"},
    {"stats", command_stats, "Count the rows by state, result and message"},
    {"log", command_log, "Print the rows that have ended, with all their columns"},
    {"expire", command_expire, "Forget rows that ended long ago; for cron"},
};

/* What mxqueue does, and a line for each command; borrowed from `out`. */
static const char *summary(struct buf *out)
{
    buf_add_string(out, "A queue that loses no row and doubles none.\n\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        buf_format(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
    buf_add_string(out, "\nmxqueue COMMAND -h shows the options of a command.");
    return buf_string(out);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    struct buf text = {0};
    const struct option_usage usage = {"COMMAND [options] [...]", summary(&text),
                                       (const struct option_entry *const[]){NULL}};
    int operands;
    int status = options_parse("mxqueue", &usage, argc, argv, &operands);
    buf_clear(&text);
    if (status != OPTIONS_RUN)
        return status;
    if (operands < argc)
        err_say("unknown command \"%s\"; try mxqueue -h", argv[operands]);
    else
        err_say("missing command; try mxqueue -h");
    return EX_USAGE;
}
