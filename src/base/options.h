/*
 * options: parses the command line by tables.
 * A table names each option once, with its target variable. The getopt_long(3) tables, the usage
 * that -h prints and the errors are made from it. Shared options have tables of their own (see
 * filter_options.h, rulesdir.h, statedir.h): a tool lists the tables that it accepts. All tables
 * and the strings in them are static; the texts that options set are borrowed from argv.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_FLAG,     /* bool *target becomes true */
    OPTION_TEXT,     /* const char **target, borrowed from argv */
    OPTION_NUMBER,   /* int64_t *target, from least to most */
    OPTION_DURATION, /* int64_t *target in seconds, from least to most */
};

struct option_entry {
    char letter;      /* 0: long form only */
    const char *name; /* long form; NULL ends the table */
    enum option_kind kind;
    void *target;         /* set only if the option is given: its initial value is the default */
    const char *argument; /* what the usage calls it; NULL for a flag */
    const char *help;     /* one line: a verb phrase */
    int64_t least, most;  /* for numbers and durations; both 0: from 0 to INT64_MAX */
};

struct option_usage {
    const char *synopsis;                     /* after the tool's name: "[options] [file ...]" */
    const char *summary;                      /* one line: what the tool does */
    const struct option_entry *const *tables; /* NULL-ended */
};

enum { OPTIONS_RUN = -1 };

/*
 * Sets the tool's name (err.h) and the targets, and permutes argv so that the operands start at
 * *operands. First fills closed standard descriptors (stdfds.h), and ignores SIGXFSZ and SIGUSR1.
 * Last calls clock_init(). `tool` is borrowed until the process ends. Returns OPTIONS_RUN to
 * continue, or the status to exit with: 0 after -h or -V, EX_IOERR if their output cannot be
 * written, EX_USAGE after a wrong option or $MXKIT_NOW (reported).
 */
MUST_CHECK int options_parse(const char *tool, const struct option_usage *usage, int argc,
                             char **argv, int *operands);

#endif
