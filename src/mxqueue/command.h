/*
 * command: the commands of mxqueue(1), each in the file of its name.
 * argv[0] is the command's name; argv is borrowed and may be permuted. Each returns the exit status
 * of the process, and has reported its errors.
 */
#ifndef MXQUEUE_COMMAND_H
#define MXQUEUE_COMMAND_H

#include "base/options.h"
#include "base/status.h"

/* Reads the options of a command that takes no operands. Returns OPTIONS_RUN to go on, or the exit
 * status to leave with: 0 after -h and -V, EX_USAGE after an error (reported). */
MUST_CHECK int command_parse(const struct option_usage *usage, int argc, char **argv);

MUST_CHECK int command_add(int argc, char **argv);
MUST_CHECK int command_due(int argc, char **argv);
MUST_CHECK int command_done(int argc, char **argv);
MUST_CHECK int command_list(int argc, char **argv);
MUST_CHECK int command_stats(int argc, char **argv);
MUST_CHECK int command_log(int argc, char **argv);
MUST_CHECK int command_expire(int argc, char **argv);

#endif
