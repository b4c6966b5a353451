/*
 * quarantine: may we still write to this address: counts failures by reason, and keeps dead
 * addresses out of the next run.
 */
#include "base/err.h"
#include "base/options.h"
#include "quarantine/command.h"

#include <string.h>
#include <sysexits.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"update", command_update},   {"filter", command_filter}, {"list", command_list},
    {"add", command_add},         {"allow", command_allow},   {"deny", command_deny},
    {"release", command_release}, {"expire", command_expire}, {"show", command_show},
    {"stats", command_stats},     {"check", command_check},   {"import", command_import},
    {"export", command_export},
};

static const struct option_usage usage = {
    "update|filter|list|show|stats|add|allow|deny|release|import|export|expire|check [options] "
    "[...]",
    "Count failures by reason, and keep dead addresses out of the next run. `quarantine COMMAND "
    "-h` tells more.",
    (const struct option_entry *const[]){NULL}};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (operands < argc)
        err_say("there is no command \"%s\"; quarantine -h lists them", argv[operands]);
    else
        err_say("a command is wanted; quarantine -h lists them");
    return EX_USAGE;
}
