/*
 * merge: the lines of snapshot, recent file and changes as one, in the order of addresses, of each
 * the latest line. Checks each line and its place. Borrows all three.
 */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include "base/status.h"
#include "store/overlay.h"
#include "store/snapshot.h"

enum { MERGE_FILES = 2 };

struct merge {
    struct merge_file {
        const struct snapshot *file;
        size_t offset;
        struct span line, address; /* the next one; unset at the end */
    } files[MERGE_FILES];          /* the later one counts more */
    const struct overlay *overlay; /* counts most */
    uint32_t *sorted;              /* owned */
    size_t next;
};

/* `snapshot` may be NULL: then the merge is of what has changed since. 0 or EX_DATAERR, said, as
 * merge_next() does. */
MUST_CHECK int merge_init(struct merge *m, const struct snapshot *snapshot,
                          const struct snapshot *recent, const struct overlay *overlay);

/* The next line, without its LF, and its address; unset at the end. */
MUST_CHECK int merge_next(struct merge *m, struct span *line, struct span *address);
void merge_clear(struct merge *m);

#endif
