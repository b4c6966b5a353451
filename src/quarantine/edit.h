/*
 * edit: sets by hand the state of addresses that are operands, or rows on the standard input.
 * For add, allow and deny, which edit.c has, and for release. Owns nothing that lasts; fails as the
 * store and the stream do, or with EX_DATAERR for an operand that is not an address.
 */
#ifndef QUARANTINE_EDIT_H
#define QUARANTINE_EDIT_H

#include "base/options.h"
#include "base/status.h"
#include "store/entry.h"

/* -p, --print */
extern const struct option_entry edit_option_table[];

/* Puts the addresses into `state`. `operands` end with NULL: all are changed or, after a failure,
 * none; without operands, addresses come from rows on the standard input. `reason` is a word
 * (quarantine_is_word()) or empty. Returns the exit status of the process; errors are reported. */
MUST_CHECK int edit_run(char **operands, enum entry_state state, const char *reason);

#endif
