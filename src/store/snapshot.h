/*
 * snapshot: a sorted file of entries, mapped read-only. Line 1 is its header; each other line is an
 * address, its entry and a checksum. No lock is needed: a snapshot is replaced whole, never
 * changed. There are two: of the whole state, and of what has changed since (mxkit(5)). The
 * journal has the same lines in the order in which they came, so that repair.c reads it as one.
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "base/safedir.h"
#include "base/status.h"
#include "store/entry.h"
#include "store/index.h"
#include "store/stamp.h"

#include <sys/types.h>

struct snapshot {
    const struct safedir *dir;
    const char *name;
    struct span map; /* the file, or empty where there is none */
    size_t first;    /* where the entries begin */
    struct index index;
    struct stamp stamp; /* zeroed: no file */
    dev_t device;       /* which file it is */
    ino_t inode;
};

/* What the header of the file of that name calls it. */
const char *snapshot_what(const char *name);

/* Maps the file; a missing one is empty. 0 or an exit status, said. */
MUST_CHECK int snapshot_open(struct snapshot *s, const struct safedir *d, const char *name);

/* Has the file been replaced by another since it was opened? */
bool snapshot_is_replaced(const struct snapshot *s);

/* An address (as escape_text() writes it), and the line that was found for it. */
struct request {
    struct span key;
    struct span line; /* unset: not found (yet) */
};

/* Finds the lines of addresses that are given in their order, but of those that have one; each is
 * checked. EX_DATAERR, said, where the part of the file in which one would be is damaged. */
MUST_CHECK int snapshot_find(struct snapshot *s, struct request *const *requests, size_t count);

/* The line at *offset, moved behind it; false at the end. */
bool snapshot_next(const struct snapshot *s, size_t *offset, struct span *line);

/* Says that the line, which is in the map, is damaged: EX_DATAERR. */
MUST_CHECK int snapshot_say_damage(const struct snapshot *s, struct span line);

/* Splits a line of snapshot or journal, its checksum checked. */
MUST_CHECK bool snapshot_split_line(struct span line, struct span *address, struct span *entry);

/* The entry in a line that was checked before. */
struct span snapshot_entry(struct span line);

/* Adds such a line. */
void snapshot_add_line(struct buf *out, struct span address, const struct entry *e);

void snapshot_close(struct snapshot *s);

#endif
