/*
 * statedir: where the shared state directory is (mxkit(5)): -s DIR, else $MXKIT_STATE, else
 * /var/lib/mxkit for root and $XDG_STATE_HOME/mxkit for others.
 */
#ifndef LIB_STATEDIR_H
#define LIB_STATEDIR_H

#include "base/options.h"
#include "base/safedir.h"
#include "base/status.h"

/* -s, --state DIR */
extern const struct option_entry statedir_option_table[];

/* The path of the state directory, which need not exist; the caller frees it. NULL if no home is
 * known. */
char *statedir_path(void);

/* Opens the state directory as safedir_open() does; EX_USAGE if no home is known (reported). */
MUST_CHECK int statedir_open(struct safedir *d, bool make);

#endif
