/*
 * command: the commands of quarantine(1), each in the file of its name. See struct command.
 */
#ifndef QUARANTINE_COMMAND_H
#define QUARANTINE_COMMAND_H

#include "base/commands.h"

MUST_CHECK int command_update(int argc, char **argv);
MUST_CHECK int command_filter(int argc, char **argv);
MUST_CHECK int command_list(int argc, char **argv);
MUST_CHECK int command_show(int argc, char **argv);
MUST_CHECK int command_stats(int argc, char **argv);
MUST_CHECK int command_import(int argc, char **argv);
MUST_CHECK int command_export(int argc, char **argv);
MUST_CHECK int command_held(int argc, char **argv);
MUST_CHECK int command_expire(int argc, char **argv);
MUST_CHECK int command_check(int argc, char **argv);
MUST_CHECK int command_release(int argc, char **argv);

/* In edit.c. */
MUST_CHECK int command_add(int argc, char **argv);
MUST_CHECK int command_allow(int argc, char **argv);
MUST_CHECK int command_deny(int argc, char **argv);

#endif
