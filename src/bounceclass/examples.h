/*
 * examples: the rules' own tests: each `yes` must end at its rule, each `no` must not. Prints TAP
 * on stdout.
 */
#ifndef BOUNCECLASS_EXAMPLES_H
#define BOUNCECLASS_EXAMPLES_H

#include "base/status.h"
#include "classify/ruleset.h"

/* 0 if all hold, 1 if one does not, EX_IOERR where stdout fails. */
MUST_CHECK int examples_run(const struct ruleset *set);

#endif
