/*
 * print_selected: entries of a selection (selection.h) printed as lines, for list and export.
 */
#ifndef QUARANTINE_PRINT_SELECTED_H
#define QUARANTINE_PRINT_SELECTED_H

#include "base/status.h"
#include "base/writer.h"
#include "store/entry.h"

/* Adds the line of an entry to `out`, or nothing. */
typedef void print_entry(struct writer *out, struct span address, const struct entry *e,
                         int64_t now_s);

/* Prints each entry that the options select, in the order of addresses, after `header`, a function
 * that adds the first line, or NULL. Returns 0 or an exit status (reported). */
MUST_CHECK int print_selected(void (*header)(struct writer *out), print_entry *print);

#endif
