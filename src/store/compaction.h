/*
 * fold: a snapshot file written anew, line by line, that takes the old one's place at the end.
 * Functions say their trouble and return 0 or an exit status.
 */
#ifndef STORE_COMPACT_H
#define STORE_COMPACT_H

#include "base/safedir.h"
#include "base/status.h"
#include "store/entry.h"
#include "store/stamp.h"

struct compaction {
    const struct safedir *dir;
    const char *name;
    int fd;
    struct buf out; /* lines that were not written yet */
};

/* Begins file `name` of that generation, adding to the file of generation `base`. */
MUST_CHECK int compaction_open(struct compaction *f, const struct safedir *d, const char *name,
                               uint64_t generation, uint64_t base);

/* Adds a sealed line as it is, or one made of an entry; in the order of addresses. */
MUST_CHECK int compaction_add_line(struct compaction *f, struct span line);
MUST_CHECK int compaction_add_entry(struct compaction *f, struct span address,
                                    const struct entry *e);

/* Makes it safe and puts it in place; or gives it up where `status` is not 0, which is returned. */
MUST_CHECK int compaction_close(struct compaction *f, int status);

#endif
