/*
 * snapshot: a sorted file of entries, mapped read-only. Line 1 is its stamp; each other line is an
 * address, its entry and a checksum. The struct owns the mapping, from which lines are borrowed
 * until snapshot_close(), and borrows the directory and the name, which must outlive it. Functions
 * that return a status return 0 or an exit status (reported).
 *
 * No lock is needed, because the file is never changed, only replaced as a whole. There are two:
 * quarantine.tsv has the whole state, quarantine.recent.tsv what has changed since (mxkit(5)). The
 * journal has the same lines in the order in which they came, so repair.c reads it as one of these.
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "base/safedir.h"
#include "base/status.h"
#include "store/index.h"
#include "store/stamp.h"

#include <sys/types.h>

/* A number that says what a caller wants to know of an entry. */
typedef int64_t text_summary(struct span entry);

struct snapshot {
    const struct safedir *dir;
    const char *name;
    struct span map; /* the file, or empty if it does not exist */
    size_t first;    /* where the entries begin */
    struct index index;
    text_summary *summarise; /* or NULL: set by the caller after snapshot_open() */
    struct stamp stamp;      /* zeroed if the file does not exist */
    dev_t device;            /* by which we see that another file has its name */
    ino_t inode;
};

/* Writes what the stamp of a file of that name says that it is. */
void snapshot_what(const char *name, char what[STAMP_WHAT]);

/* Maps the file; one that does not exist is empty. Fails as safedir_open_file() and stamp_read()
 * do, with EX_DATAERR if it is empty or not as long as its stamp says, or with EX_IOERR. After a
 * failure, too, the caller calls snapshot_close(); after EX_DATAERR, the lines can still be read.
 * If s->stamp.version is 0 then, the first line is not a stamp, and is read like any other. */
MUST_CHECK int snapshot_open(struct snapshot *s, const struct safedir *d, const char *name);

/* True if the file was replaced, made or removed since it was opened. */
bool snapshot_is_replaced(const struct snapshot *s);

/* A search for one address. */
struct request {
    struct span key;  /* the address, as escape_text() writes it: borrowed */
    struct span line; /* its line, borrowed from the file; empty: not found (yet) */
    /* What is summarised of the entry when it is found: its line is in the cache then, and later it
     * would have to be fetched again. */
    int64_t summary;
};

/* Finds the lines of addresses, which must come sorted; requests that have a line already are
 * passed over. Each line that is found is checked. EX_DATAERR if the part of the file in which a
 * line would be is damaged. */
MUST_CHECK int snapshot_find(struct snapshot *s, struct request *const *requests, size_t count);

/* The line at *offset (0: the first), unchecked, without its LF; moves *offset to the next one.
 * False at the end. */
bool snapshot_next(const struct snapshot *s, size_t *offset, struct span *line);

/* Reports that the line, which is in the map, is damaged; returns EX_DATAERR. */
MUST_CHECK int snapshot_say_damage(const struct snapshot *s, struct span line);

/* Splits a line of a snapshot or journal into spans of it. False if its checksum is wrong. */
MUST_CHECK bool snapshot_split_line(struct span line, struct span *address, struct span *entry);

/* The entry (entry_text.h) in a line that was checked before, borrowed from it. */
struct span snapshot_entry(struct span line);

/* Adds the line of a key and its text, sealed, with its LF. */
void snapshot_add_line(struct buf *out, struct span key, struct span text);

void snapshot_close(struct snapshot *s);

#endif
