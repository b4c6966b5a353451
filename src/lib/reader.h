/*
 * reader: reads records from files or stdin, one at a time, in bounded memory.
 * The reader owns its block of input and the record it returns, which is borrowed until the next
 * call of reader_next(). A byte order mark is left out, and UTF-16 that begins with one is read as
 * UTF-8 (encoding.h). The first line of CSV may be sep=X (separator.h), which is not a record.
 * Malformed lines (a NUL, over RECORD_LIMIT bytes, a wrong quote in CSV) are reported, copied to
 * the rejects file and skipped. An input that cannot be opened or read is reported and ends; the
 * next one follows. reader_close() returns what failed.
 */
#ifndef LIB_READER_H
#define LIB_READER_H

#include "base/status.h"
#include "lib/record.h"

#include <stdint.h>

enum reader_event {
    /* reader_record() is the next record */
    READER_ROW,
    /* The same, and it is the first of its file */
    READER_FIRST_ROW,
    /* There is nothing to read now, or a signal interrupted the wait. Flush the output, then call
     * again. The second call in a row waits for bytes or a signal. */
    READER_PAUSE,
    /* The next file cannot be read as it is (reported), and is left out. */
    READER_REFUSED,
    READER_END,
};

/* The strings and the list are borrowed until reader_close(). */
struct reader_options {
    char *const *files;  /* NULL-ended; "-" is stdin, and so is a list that is empty or NULL */
    bool csv;            /* read RFC 4180 instead of TSV */
    char separator;      /* of the fields of CSV; '\0': a comma, if the first line agrees */
    const char *rejects; /* the file to copy malformed lines to, or NULL */
};

struct reader;

/* Returns a reader, or NULL with *status set by rejects_open() (reported). Otherwise *status is
 * unchanged. Opens no input yet: reader_next() does. */
struct reader *reader_open(const struct reader_options *options, int *status);

/* Reads up to the next record, a pause or the end of the last input. At a pause, the rejects file
 * has all lines that were rejected. */
enum reader_event reader_next(struct reader *r);

/* Returns the record of the last READER_ROW or READER_FIRST_ROW. The struct is the same until
 * reader_close(); what it holds is borrowed until the next reader_next(). */
const struct record *reader_record(const struct reader *r);

/* Returns the bytes of that record as they were read (as UTF-8), with the line end; borrowed as
 * long. */
struct span reader_raw(const struct reader *r);

/* Returns the number of the file of that record, from 1: inputs that cannot be opened count. */
size_t reader_file_number(const struct reader *r);

/* Leaves out the rest of that file, if it is still being read: the caller has reported why. Makes
 * EX_DATAERR the status of reader_close(). */
void reader_refuse_file(struct reader *r, size_t file_number);

/* Returns the descriptor to poll after READER_PAUSE; -1 if no input is open. */
int reader_fd(const struct reader *r);

/* Return where the current record begins, for messages: the file's name ("stdin" for "-"; borrowed)
 * and the line, from 1. */
const char *reader_file(const struct reader *r);
size_t reader_line(const struct reader *r);

/* Reports the current record as malformed: "tool: file:line: reason" on stderr, a copy in the
 * rejects file, and EX_DATAERR from reader_close(). The reason is cut at 255 bytes. */
void reader_reject(struct reader *r, const char *why, ...) __attribute__((format(printf, 2, 3)));

/* Does the same for an earlier record of the same file: its line and bytes. */
void reader_reject_copy(struct reader *r, size_t line, struct span raw, const char *why);

/* Sets *done to the bytes read so far and *total to the size of all inputs, or to 0 if one of them
 * is not a regular file. */
void reader_progress(const struct reader *r, uint64_t *done, uint64_t *total);

/* Closes and frees the reader. Returns the first failure, which was reported: EX_NOINPUT for an
 * input that could not be opened or is a directory, EX_IOERR for one that could not be read or for
 * the rejects file. Without one, returns EX_DATAERR if a line was rejected, else 0. */
MUST_CHECK int reader_close(struct reader *r);

#endif
