/*
 * rulesdir: finds and loads rule files.
 * They are in the directory of -r, else in $MXKIT_RULES. Without either they are in the first of
 * these that has the file: `rules` in the state directory, and ../share/mxkit/rules and ../rules
 * relative to the directory of the tool's binary. The file `local.NAME` beside NAME is the user's
 * own and is read first.
 */
#ifndef LIB_RULESDIR_H
#define LIB_RULESDIR_H

#include "base/options.h"
#include "base/status.h"
#include "lib/rulefile.h"

/* -r, --rules DIR */
extern const struct option_entry rulesdir_option_table[];

/* Loads the file local.`name`, if it exists, and then the file `name` (such as "bounce.rules") into
 * the first elements of `files`, and sets *count to 1 or 2. The caller clears that many with
 * rulefile_clear(). Returns EX_CONFIG if `name` does not exist or a file is invalid, EX_IOERR if
 * one cannot be read (both reported); then *count is 0. */
MUST_CHECK int rulesdir_load(const char *name, struct rulefile files[2], size_t *count);

#endif
