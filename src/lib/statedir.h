/*
 * statedir: finds and opens the state directory (mxkit(5)) that the tools share.
 * It is -s DIR, else $MXKIT_STATE, else /var/lib/mxkit for root, and $XDG_STATE_HOME/mxkit or
 * ~/.local/state/mxkit for others. An empty option or variable counts as unset.
 */
#ifndef LIB_STATEDIR_H
#define LIB_STATEDIR_H

#include "base/options.h"
#include "base/safedir.h"
#include "base/status.h"

/* -s, --state DIR */
extern const struct option_entry statedir_option_table[];

/* Returns the path of the state directory, which may not exist. The caller frees it with free().
 * Returns NULL if nothing above is set, not even $HOME. */
char *statedir_path(void);

/* True if -s or MXKIT_STATE names the state directory. */
bool statedir_is_given(void);

/* Opens the state directory like safedir_open(): EX_NOINPUT (not reported) if it does not exist and
 * `make` is false. EX_USAGE (reported) if statedir_path() is NULL. The caller calls safedir_close()
 * in every case. */
MUST_CHECK int statedir_open(struct safedir *d, bool make);

#endif
