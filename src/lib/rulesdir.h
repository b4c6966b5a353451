/*
 * rulesdir: where the rule files are: -r DIR, else $MXKIT_RULES, else `rules` in the state
 * directory, else those installed with the tool (../share/mxkit/rules or ../rules from its binary).
 * `local.NAME` beside NAME is the user's own and read first.
 */
#ifndef LIB_RULESDIR_H
#define LIB_RULESDIR_H

#include "base/options.h"
#include "base/status.h"
#include "lib/rulefile.h"

/* -r, --rules DIR */
extern const struct option_entry rulesdir_option_table[];

/* Loads local.NAME, if there is one, and NAME (such as "bounce.rules") into files[0] and files[1];
 * *count tells how many. 0 or an exit status, said on stderr. */
MUST_CHECK int rulesdir_load(const char *name, struct rulefile files[2], size_t *count);

#endif
