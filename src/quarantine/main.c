/*
 * quarantine: answers one question: may we still write to this address? It counts errors by reason,
 * and keeps dead addresses out of the next run.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/options.h"
#include "quarantine/command.h"

#include <string.h>
#include <sysexits.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"update", command_update, "Count errors and deliveries; add state and errors"},
    {"filter", command_filter, "Pass the rows whose address may be written to"},
    {"list", command_list, "Print all addresses that are not ok, and why"},
    {"show", command_show, "Print all that is known about some addresses"},
    {"stats", command_stats, "Count addresses by state, reason, domain and day"},
    {"add", command_add, "Quarantine addresses for good"},
    {"allow", command_allow, "Never quarantine these addresses"},
    {"deny", command_deny, "Never write to these addresses"},
    {"release", command_release, "Make addresses ok, and forget their errors"},
    {"held", command_held, "List the errors that the guard holds back; count or drop them"},
    {"import", command_import, "Import the addresses from a list or a suppression list"},
    {"export", command_export, "Print the quarantined and denied addresses as CSV"},
    {"expire", command_expire, "Forget old errors, and end quarantines whose time is over"},
    {"check", command_check, "Check the files of the state, or repair them"},
};

/* What quarantine does, and a line for each command; borrowed from `out`. */
static const char *summary(struct buf *out)
{
    buf_add_string(out, "Count errors by reason, and keep dead addresses out of the next run.\n\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        buf_format(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
    buf_add_string(out, "\nquarantine COMMAND -h shows the options of a command.");
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
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    buf_clear(&text);
    if (status != OPTIONS_RUN)
        return status;
    if (operands < argc)
        err_say("unknown command \"%s\"; try quarantine -h", argv[operands]);
    else
        err_say("missing command; try quarantine -h");
    return EX_USAGE;
}
