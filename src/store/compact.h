/*
 * fold: a snapshot file written anew, line by line, that takes the old one's place at the end.
 * Functions say their trouble and return 0 or an exit status.
 */
#ifndef STORE_COMPACT_H
#define STORE_COMPACT_H

#include "store/entry.h"
#include "store/stamp.h"
#include "lib/statedir.h"

struct fold {
    const struct statedir *dir;
    const char *name;
    int fd;
    struct buf out; /* lines that were not written yet */
};

/* Begins file `name` of that generation, adding to the file of generation `base`. */
int fold_begin(struct fold *f, const struct statedir *d, const char *name, uint64_t generation,
               uint64_t base);

/* Adds a sealed line as it is, or one made of an entry; in the order of addresses. */
int fold_add_line(struct fold *f, struct span line);
int fold_add_entry(struct fold *f, struct span address, const struct entry *e);

/* Makes it safe and puts it in place; or gives it up where `status` is not 0, which is returned. */
int fold_end(struct fold *f, int status);

#endif
