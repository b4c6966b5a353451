/*
 * unknown: the texts that no rule knew, masked and counted: the work list for the next rules.
 * They are kept in a file of TSV, most frequent first, with the columns count, first, last (when
 * seen), masked, text (the first one). Several runs may share it: each adds what it has under a
 * lock on FILE.lock, to a new file that takes the old one's place. Owns its entries.
 */
#ifndef BOUNCECLASS_UNKNOWN_H
#define BOUNCECLASS_UNKNOWN_H

#include "base/span.h"
#include "base/status.h"
#include "base/table.h"

#include <stdint.h>

enum {
    UNKNOWN_LIMIT = 20000, /* texts in the file; beyond, those seen least and longest ago go */
    UNKNOWN_BATCH = 4000,  /* texts in memory before they are added to it */
};

struct unknown {
    const char *path;
    struct table entries;
};

/* Looks at the file, if there is one: 0, or an exit status where it is no such list (said). */
MUST_CHECK int unknown_open(struct unknown *u, const char *path);

/* Counts a text seen at `at_s` (seconds since 1970). */
void unknown_note(struct unknown *u, struct span masked, struct span text, int64_t at_s);

/* Is it time to save? */
bool unknown_is_full(const struct unknown *u);

/* Adds what was counted to the file and forgets it: 0 or an exit status (said). */
MUST_CHECK int unknown_save(struct unknown *u);
void unknown_close(struct unknown *u);

#endif
