/*
 * edit: states by hand, of addresses given as operands or as rows on stdin.
 */
#ifndef QUARANTINE_EDIT_H
#define QUARANTINE_EDIT_H

#include "base/options.h"
#include "base/status.h"
#include "store/entry.h"

/* -p, --print */
extern const struct option_entry edit_option_table[];

/* Puts the addresses into `state`; `reason` is a word or empty. Of operands all or none. No
 * operand: rows on stdin. The exit status. */
MUST_CHECK int edit_run(char **operands, enum entry_state state, const char *reason);

#endif
