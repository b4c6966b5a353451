/*
 * cache: what --cache FILE keeps between runs: a line for each domain, for as long as its answer
 * may be kept; replaced whole.
 */
#ifndef MXLOOKUP_CACHE_H
#define MXLOOKUP_CACHE_H

#include "base/status.h"
#include "mxlookup/lookup.h"

/* Takes over what the file has and is still good. `kind` names the options that answers depend on:
 * a file of another kind counts as empty. A missing file is empty. 0 or an exit status, said. */
MUST_CHECK int cache_read(struct lookup *l, const char *path, const char *kind);
MUST_CHECK int cache_write(struct lookup *l, const char *path, const char *kind, int64_t now_s);

#endif
