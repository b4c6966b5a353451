/*
 * report: reads the rows and prints what bounceclass makes of them: rows with verdicts,
 * explanations or a summary; and keeps the list of unknown texts. Borrows the ruleset and the
 * options. Reports its own errors on stderr.
 */
#ifndef BOUNCECLASS_REPORT_H
#define BOUNCECLASS_REPORT_H

#include "base/status.h"
#include "classify/ruleset.h"

#include <stdint.h>

enum report_kind { REPORT_ROWS, REPORT_EXPLANATIONS, REPORT_SUMMARY };

struct report_options {
    enum report_kind kind;
    bool mask;           /* add a column `masked` to the rows */
    const char *unknown; /* the file that lists unknown texts, or NULL */
    int64_t threads;     /* 1 to WORKERS_MOST */
};

/* Reads `files` (operands, NULL-ended; without any, stdin) to their end. Returns the exit
 * status of the stream, or else of the list of unknown texts. */
MUST_CHECK int report_run(const struct ruleset *set, char *const *files,
                          const struct report_options *options);

#endif
