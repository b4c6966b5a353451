/*
 * input: the rows of all input files, with the columns of the first.
 * Each file is read by its own header, and its columns are put into the order of the first file's.
 * Whatever cannot be understood as a whole is refused, with a report, and EX_DATAERR from
 * input_close(): a first file without a key column ends the input; of others, the file is left out.
 * The input owns the reader and the row it returns, which is borrowed until the next input_next().
 */
#ifndef LIB_INPUT_H
#define LIB_INPUT_H

#include "base/status.h"
#include "lib/columns.h"
#include "lib/reader.h"

enum input_event {
    INPUT_ROW,   /* input_row() is the next row */
    INPUT_PAUSE, /* as READER_PAUSE */
    INPUT_END,
};

struct input;

/* Returns an input, or NULL with *status set as reader_open() does. What both structs point to is
 * borrowed until input_close(). */
struct input *input_open(const struct reader_options *options, const struct columns_wanted *wanted,
                         int *status);

/*
 * Reads up to the next row. Skips headers, and rejects rows that have another number of fields than
 * their file's first line. If a file has no header, its rows are held back until one of them has
 * a key that is possible (key_names.h); if the first thousand, or all before a pause or the end
 * of the file, have none, the file is refused.
 */
enum input_event input_next(struct input *i);

/* Returns the columns of all rows, borrowed until input_close(); NULL until it is certain that the
 * first file has a key column. */
const struct columns *input_columns(const struct input *i);

/* Returns the row of the last INPUT_ROW. */
const struct record *input_row(const struct input *i);

/* Return where the row begins, for messages: the file's name (borrowed) and the line, from 1. */
const char *input_file(const struct input *i);
size_t input_line(const struct input *i);

/* Reports the row as reader_reject() does. */
void input_reject(struct input *i, const char *why);

/* True if the first file was refused: then nothing should be written. */
bool input_is_refused(const struct input *i);

/* Return what the functions of the reader return. */
int input_fd(const struct input *i);
void input_progress(const struct input *i, uint64_t *done, uint64_t *total);

/* Closes and frees the input; returns the status of reader_close(). */
MUST_CHECK int input_close(struct input *i);

#endif
