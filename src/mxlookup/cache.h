/*
 * cache: the file of --cache, which keeps answers between runs: one line for each domain, with its
 * checksum. Owns nothing between calls; borrows its arguments. Both functions report their own
 * errors and return 0 or an exit status.
 */
#ifndef MXLOOKUP_CACHE_H
#define MXLOOKUP_CACHE_H

#include "base/status.h"
#include "mxlookup/lookup.h"

/* Gives `l` each line of the file; one that is damaged is reported and passed over. `kind` names
 * the options that answers depend on: a file of another kind counts as empty, and so does one that
 * does not exist. Returns EX_NOINPUT if the file cannot be read. */
MUST_CHECK int cache_read(struct lookup *l, const char *path, const char *kind, int64_t now_s);

/* Replaces the file by all domains of `l` that expire after `now_s` (seconds since 1970). Returns
 * what the functions of safedir.h return: EX_CANTCREAT, EX_NOPERM or EX_IOERR. Two runs that write
 * one file are not kept apart by a lock. */
MUST_CHECK int cache_write(struct lookup *l, const char *path, const char *kind, int64_t now_s);

#endif
