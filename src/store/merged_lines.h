/*
 * merged_lines: the lines of the snapshot, the recent file and the overlay as one list, in the
 * order of addresses, with the latest line of each address. Borrows all three, which must not
 * change meanwhile. Fails with EX_DATAERR (reported) if a line of a file is damaged or out of
 * order.
 */
#ifndef STORE_MERGED_LINES_H
#define STORE_MERGED_LINES_H

#include "base/status.h"
#include "store/overlay.h"
#include "store/snapshot.h"

enum { MERGE_FILES = 2 };

struct merge {
    struct merge_file {
        const struct snapshot *file;
        size_t offset;
        struct span line, address; /* the next one; unset at the end */
    } files[MERGE_FILES];          /* the later one takes precedence */
    const struct overlay *overlay; /* takes precedence over both */
    uint32_t *sorted;              /* owned */
    size_t next;                   /* in `sorted` */
};

/* Either file may be NULL, and is then left out. After a failure, too, the caller calls
 * merge_clear(). */
MUST_CHECK int merge_init(struct merge *m, const struct snapshot *snapshot,
                          const struct snapshot *recent, const struct overlay *overlay);

/* The next line, without its LF, and its address: borrowed from where they are. Both are unset at
 * the end. */
MUST_CHECK int merge_next(struct merge *m, struct span *line, struct span *address);
void merge_clear(struct merge *m);

#endif
