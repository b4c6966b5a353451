/*
 * unknown: counts the texts that no rule matched, as a work list for the next rules.
 * A file of TSV keeps them, most frequent first, with the columns count, first, last (when the text
 * was seen), masked, text (the first one seen). Runs can share the file: each adds its counts under
 * a lock on FILE.lock, and replaces the file by a new one. Owns its entries. Statuses are reported
 * on stderr.
 */
#ifndef BOUNCECLASS_UNKNOWN_H
#define BOUNCECLASS_UNKNOWN_H

#include "base/span.h"
#include "base/status.h"
#include "base/table.h"

#include <stdint.h>

enum {
    /* Texts in the file. The rest is dropped: the lowest counts, of equal counts those not seen for
     * the longest time. */
    UNKNOWN_LIMIT = 20000,
    /* Texts in memory, at which it is time to save them. */
    UNKNOWN_BATCH = 4000,
};

struct unknown {
    const char *path; /* borrowed */
    struct table entries;
};

/* Starts without counts, and checks the file if it exists, so that a wrong one is reported before
 * the work: 0, EX_DATAERR if it is not a list of unknown texts, EX_IOERR. */
MUST_CHECK int unknown_open(struct unknown *u, const char *path);

/* Counts a text seen at `at_s` (seconds since 1970). Copies both texts. */
void unknown_note(struct unknown *u, struct span masked, struct span text, int64_t at_s);

/* True if it is time to save. */
bool unknown_is_full(const struct unknown *u);

/* Adds the counts to the file, or makes it, and forgets them, even on failure. Does nothing if
 * there are no counts. Waits for the lock. Returns 0, EX_DATAERR or a status of safedir.h. */
MUST_CHECK int unknown_save(struct unknown *u);

/* Frees the counts without saving them. */
void unknown_close(struct unknown *u);

#endif
