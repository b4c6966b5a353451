/*
 * commands: the main() of a tool whose first operand is a command, such as `quarantine update`.
 */
#ifndef BASE_COMMANDS_H
#define BASE_COMMANDS_H

#include "base/options.h"

struct command {
    const char *name; /* NULL ends the table */
    /* argv[0] is the command's name; argv may be permuted. Returns the exit status of the process,
     * and has reported its errors. */
    int (*run)(int argc, char **argv);
    const char *summary; /* one line: a verb phrase */
};

/* Runs the command that argv[1] names, or shows what the tool does and its commands. `summary` is a
 * sentence. Returns the status to exit with: EX_USAGE after an unknown command (reported). */
MUST_CHECK int commands_run(const char *tool, const char *summary, const struct command *commands,
                            int argc, char **argv);

/* Reads the options of a command that takes no operands. Returns OPTIONS_RUN to go on, or the exit
 * status to leave with: 0 after -h and -V, EX_USAGE after an error (reported). */
MUST_CHECK int command_parse(const char *tool, const struct option_usage *usage, int argc,
                             char **argv);

#endif
