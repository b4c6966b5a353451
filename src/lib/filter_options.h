/*
 * filter_options: the options that all filters share: how rows are read and written (mxkit(7), "The
 * stream"). A tool lists filter_option_table; stream.c looks at the values.
 */
#ifndef LIB_FILTER_OPTIONS_H
#define LIB_FILTER_OPTIONS_H

#include "base/options.h"

extern const struct option_entry filter_option_table[];

/* Set by options_parse(), borrowed from argv; NULL and false if an option was not given. */
extern struct filter_options {
    const char *columns;   /* -c: the names of the columns of an input without a header */
    const char *key;       /* -k: the name of the key column */
    const char *separator; /* --separator: of the fields of CSV; implies -C */
    const char *rejects;   /* --rejects: the file for malformed lines */
    bool no_header, csv, exit_failed, verbose;
} filter_options;

#endif
