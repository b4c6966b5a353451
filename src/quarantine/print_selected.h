/*
 * print_selected: prints the entries of a selection (selection.h) on stdout, for list and export.
 * Opens and closes the store and the writer itself. Fails as selection_init() and the store do, or
 * with EX_IOERR if stdout cannot be written.
 */
#ifndef QUARANTINE_PRINT_SELECTED_H
#define QUARANTINE_PRINT_SELECTED_H

#include "base/status.h"
#include "base/writer.h"
#include "store/entry.h"

/* Adds the line of an entry, or nothing. `now_s` is in seconds since 1970. */
typedef void print_entry(struct writer *out, struct span address, const struct entry *e,
                         int64_t now_s);

/* Prints each entry that the options select, in the order of addresses. `header` adds the first
 * line; it may be NULL. Returns 0 or an exit status (reported). */
MUST_CHECK int print_selected(void (*header)(struct writer *out), print_entry *print);

#endif
