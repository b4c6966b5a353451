/*
 * command: the commands of mxqueue(1), each in the file of its name. See struct command.
 */
#ifndef MXQUEUE_COMMAND_H
#define MXQUEUE_COMMAND_H

#include "base/commands.h"

MUST_CHECK int command_add(int argc, char **argv);
MUST_CHECK int command_due(int argc, char **argv);
MUST_CHECK int command_done(int argc, char **argv);
MUST_CHECK int command_list(int argc, char **argv);
MUST_CHECK int command_stats(int argc, char **argv);
MUST_CHECK int command_log(int argc, char **argv);
MUST_CHECK int command_expire(int argc, char **argv);

#endif
