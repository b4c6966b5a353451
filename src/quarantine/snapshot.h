/*
 * snapshot: the sorted file of entries, mapped read-only. Line 1 names the format and the
 * generation; each other line is an address, its entry and a checksum. No lock is needed: a
 * snapshot is replaced whole, never changed.
 */
#ifndef QUARANTINE_SNAPSHOT_H
#define QUARANTINE_SNAPSHOT_H

#include "entry.h"
#include "fences.h"
#include "statedir.h"

#include <sys/types.h>

#define SNAPSHOT_NAME "quarantine.tsv"

struct snapshot {
    struct span map; /* the file, or empty where there is none */
    size_t first;    /* where the entries begin */
    struct fences fences;
    uint64_t generation; /* 0: no file */
    dev_t device;        /* which file it is */
    ino_t inode;
};

/* Maps the file; a missing one is empty. 0 or an exit status, said. */
int snapshot_open(struct snapshot *s, const struct statedir *d);

/* Has the file been replaced by another since it was opened? */
bool snapshot_is_replaced(const struct snapshot *s, const struct statedir *d);

/* Finds an address (as escape_text() writes it) by binary search; *e is not touched if it is not
 * there. EX_DATAERR, said, where its line is damaged. */
int snapshot_find(struct snapshot *s, struct span address, struct entry *e);

/* The line at *offset, moved behind it; false at the end. */
bool snapshot_next(const struct snapshot *s, size_t *offset, struct span *line);

/* Splits a line of snapshot or journal, its checksum checked. */
bool snapshot_parse_line(struct span line, struct span *address, struct entry *e);

/* Adds such a line. */
void snapshot_add_line(struct buf *out, struct span address, const struct entry *e);

void snapshot_close(struct snapshot *s);

#endif
