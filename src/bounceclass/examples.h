/*
 * examples: runs the tests that come with the rules: their own rule must decide each `yes`, and
 * must not decide any `no`. Prints TAP on stdout. Borrows the ruleset. Only writing can fail.
 */
#ifndef BOUNCECLASS_EXAMPLES_H
#define BOUNCECLASS_EXAMPLES_H

#include "base/status.h"
#include "classify/ruleset.h"

/* Returns 0 if all examples pass, 1 if one fails, EX_IOERR if stdout fails (reported). */
MUST_CHECK int examples_run(const struct ruleset *set);

#endif
