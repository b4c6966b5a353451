/*
 * report: what bounceclass makes of a stream: rows with their verdicts, explanations, or a summary;
 * and the list of texts that no rule knew.
 */
#ifndef BOUNCECLASS_REPORT_H
#define BOUNCECLASS_REPORT_H

#include "base/status.h"
#include "classify/ruleset.h"

#include <stdint.h>

enum report_kind { REPORT_ROWS, REPORT_EXPLANATIONS, REPORT_SUMMARY };

struct report_options {
    enum report_kind kind;
    bool mask;           /* rows get a column `masked` */
    const char *unknown; /* the file of unknown texts, or NULL */
    int64_t threads;
};

/* Reads the files (operands, NULL-ended; none: stdin) to their end: the exit status. */
MUST_CHECK int report_run(const struct ruleset *set, char *const *files,
                          const struct report_options *options);

#endif
