/*
 * options: the command line, from one table a tool.
 * The table names each option once, with its target variable; from it come the getopt_long(3)
 * tables, the usage of -h and the errors. The options that all filters share are tables of their
 * own (see stream.h, rulefile.h, statedir.h): a tool lists the tables that it takes.
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
    OPTION_NUMBER,   /* int64_t *target, between least and most */
    OPTION_DURATION, /* int64_t *target in seconds, between least and most */
};

struct option_entry {
    char letter;      /* 0: long form only */
    const char *name; /* long form; NULL ends the table */
    enum option_kind kind;
    void *target;
    const char *argument; /* what the usage calls it; NULL for a flag */
    const char *help;     /* one line */
    int64_t least, most;  /* numbers and durations; both 0: 0 to INT64_MAX */
};

struct option_usage {
    const char *synopsis;                     /* behind the tool's name: "[options] [file ...]" */
    const char *summary;                      /* one line: what the tool does */
    const struct option_entry *const *tables; /* NULL-ended */
};

enum { OPTIONS_RUN = -1 };

/*
 * Sets the tool's name (err.h) and the targets, permuting argv so that operands start at *operands.
 * Returns OPTIONS_RUN to go on, or the exit status to leave with: 0 after -h and -V, EX_USAGE after
 * a complaint.
 */
MUST_CHECK int options_parse(const char *tool, const struct option_usage *usage, int argc,
                             char **argv, int *operands);

#endif
