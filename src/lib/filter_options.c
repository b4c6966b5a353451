#include "lib/filter_options.h"

struct filter_options filter_options;

const struct option_entry filter_option_table[] = {
    {'c', "columns", OPTION_TEXT, &filter_options.columns, "A,B,C",
     "name the columns of an input without a header", 0, 0},
    {'k', "key", OPTION_TEXT, &filter_options.key, "NAME", "use the column NAME as the key column",
     0, 0},
    {'N', "no-header", OPTION_FLAG, &filter_options.no_header, NULL, "write no header line", 0, 0},
    {'C', "csv", OPTION_FLAG, &filter_options.csv, NULL, "read CSV (RFC 4180) instead of TSV", 0,
     0},
    {0, "separator", OPTION_TEXT, &filter_options.separator, "X",
     "read CSV whose fields are separated by X instead of commas", 0, 0},
    {0, "rejects", OPTION_TEXT, &filter_options.rejects, "FILE", "copy malformed lines to FILE", 0,
     0},
    {'e', "exit-code", OPTION_FLAG, &filter_options.exit_failed, NULL,
     "exit with status 1 if a row failed", 0, 0},
    {'v', "verbose", OPTION_FLAG, &filter_options.verbose, NULL, "show progress on stderr", 0, 0},
    {0},
};
