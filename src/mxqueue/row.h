/*
 * row: what the queue keeps of one row, and the text that holds it in the files (mxkit(5)).
 * A struct borrows its spans from the text or from the caller. Pure: no I/O and no clock. Reading
 * returns false if a text is not one that this code writes.
 */
#ifndef MXQUEUE_ROW_H
#define MXQUEUE_ROW_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

enum row_result { ROW_UNTRIED, ROW_DEFERRED, ROW_SENT, ROW_FAILED, ROW_EXPIRED, ROW_DROPPED };

#define ROW_NO_TIME INT64_MIN

enum {
    ROW_HASH = 32,     /* the hexadecimal digits of the message's hash at the start of a key */
    ROW_LIMIT = 32768, /* the most bytes of a row: half of a line is left to the tools' columns */
    ROW_SCHEMA = 16,   /* the digits that name a row's columns (schema.h) */
};

struct row {
    uint64_t change; /* the number of the change that wrote it; see lease.h */
    enum row_result result;
    int64_t next_s;  /* when to try it again, or ROW_NO_TIME: now */
    int64_t first_s; /* when it was first tried, or ROW_NO_TIME */
    int64_t attempts;
    int64_t added_s;
    int64_t ended_s;    /* ROW_NO_TIME while it waits */
    struct span schema; /* the name of its columns */
    struct span line;   /* its fields, as the input had them */
};

/* Adds the key of a row: the message's hash, a colon and the canonical address (canonical.h). */
void row_key(struct buf *out, struct span hash, struct span address);

/* True if it is the key of a row: the files have other keys, too. *hash and *address are borrowed
 * from it; the address is escaped (escape_text()). */
MUST_CHECK bool row_split_key(struct span key, struct span *hash, struct span *address);

MUST_CHECK bool row_read(struct row *r, struct span text);
void row_write(const struct row *r, struct buf *out);

/* True unless the row has yet to be sent. */
bool row_has_ended(const struct row *r);

/* True if it waits, and its time has come. */
bool row_is_due(const struct row *r, int64_t now_s);

/* True if it was first tried more than `expire_s` seconds ago, and has not been sent since. */
bool row_is_too_old(const struct row *r, int64_t now_s, int64_t expire_s);

/* The word in the column `result`, "" for ROW_UNTRIED. row_find_result() returns false, and leaves
 * *result alone, if no result has this name. */
const char *row_result_name(enum row_result result);
MUST_CHECK bool row_find_result(struct span name, enum row_result *result);

#endif
