/*
 * held_rows: copies of the first rows of an input, which are held back until it is known that they
 * have keys. A zeroed struct is empty; it owns the copies until held_rows_clear(). Pure: no I/O,
 * and nothing here fails (see mem.h).
 */
#ifndef LIB_HELD_ROWS_H
#define LIB_HELD_ROWS_H

#include "base/buf.h"

enum {
    HELD_ROWS_MOST = 1000,
    HELD_ROWS_BYTES = 4 * 1024 * 1024,
};

struct held_row {
    struct span line; /* as record.h */
    struct span raw;  /* the bytes as read, with the line end */
    size_t number;    /* of its first line in the file, from 1 */
};

struct held_rows {
    struct buf bytes;      /* the lines and raw bytes, one after the other */
    struct held_row *rows; /* their spans have lengths but no pointers */
    size_t count, capacity;
    size_t next, next_byte; /* where held_rows_next() is */
};

/* Adds a copy of a row. */
void held_rows_add(struct held_rows *h, const struct held_row *row);

/* True if no more rows should be added. */
bool held_rows_is_full(const struct held_rows *h);

/* Takes the first row that is left, borrowed until a row is added; false after the last. */
bool held_rows_next(struct held_rows *h, struct held_row *row);

/* Drops all rows and frees the memory. */
void held_rows_clear(struct held_rows *h);

#endif
