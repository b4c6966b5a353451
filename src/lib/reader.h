/*
 * reader: records from files or stdin, one at a time, in bounded memory.
 * A reader owns its block of input and the record it hands out, which lives until the next call.
 * Lines that are no record are reported, copied to the rejects file and skipped.
 */
#ifndef LIB_READER_H
#define LIB_READER_H

#include "base/status.h"
#include "lib/record.h"

#include <stdint.h>

enum reader_event {
    READER_ROW,   /* reader_record() is the next record */
    READER_PAUSE, /* nothing to read at the moment: flush, then call again (which waits), or poll
                     reader_fd() first */
    READER_END,
};

struct reader_options {
    char *const *files;  /* NULL-ended; none: stdin; "-": stdin */
    bool csv;            /* RFC 4180 in place of TSV */
    const char *rejects; /* a file for the lines that are no record, or NULL */
};

struct reader;

/* NULL with *status set (EX_CANTCREAT) if the rejects file cannot be made. The first input is
 * opened by reader_next(). */
struct reader *reader_open(const struct reader_options *options, int *status);
enum reader_event reader_next(struct reader *r);
const struct record *reader_record(const struct reader *r);

/* The descriptor that reader_next() would wait for after a pause; -1 at the end. */
int reader_fd(const struct reader *r);

/* Where the current record stands: for messages. */
const char *reader_file(const struct reader *r);
size_t reader_line(const struct reader *r);

/* Rejects the current record as the reader does with its own: "tool: file:line: why", and a copy to
 * the rejects file. */
void reader_reject(struct reader *r, const char *why, ...) __attribute__((format(printf, 2, 3)));

/* Bytes read and, where all inputs are regular files, bytes in all (else 0): for progress. */
void reader_progress(const struct reader *r, uint64_t *done, uint64_t *total);

/* Frees; returns 0, EX_DATAERR after a reject, EX_NOINPUT, EX_IOERR: the gravest that happened. */
MUST_CHECK int reader_close(struct reader *r);

#endif
