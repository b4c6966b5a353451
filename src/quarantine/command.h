/*
 * command: the subcommands of quarantine, each a file of its name. argv[0] is the subcommand; an
 * exit status comes back.
 */
#ifndef QUARANTINE_COMMAND_H
#define QUARANTINE_COMMAND_H

#include "base/options.h"
#include "base/status.h"

/* Reads the options of a command that takes no operands: OPTIONS_RUN, or the status to leave with.
 */
MUST_CHECK int command_parse(const struct option_usage *usage, int argc, char **argv);

MUST_CHECK int command_update(int argc, char **argv);
MUST_CHECK int command_filter(int argc, char **argv);
MUST_CHECK int command_list(int argc, char **argv);
MUST_CHECK int command_show(int argc, char **argv);
MUST_CHECK int command_stats(int argc, char **argv);
MUST_CHECK int command_import(int argc, char **argv);
MUST_CHECK int command_export(int argc, char **argv);
MUST_CHECK int command_expire(int argc, char **argv);
MUST_CHECK int command_check(int argc, char **argv);

/* By hand (edit.c): into quarantine, never to be quarantined, never to be written to. */
MUST_CHECK int command_add(int argc, char **argv);
MUST_CHECK int command_allow(int argc, char **argv);
MUST_CHECK int command_deny(int argc, char **argv);
MUST_CHECK int command_release(int argc, char **argv);

#endif
