/*
 * rejects: the file of --rejects, to which malformed lines are copied.
 * The struct owns the descriptor until rejects_close(). Functions that return int return 0 or an
 * exit status (reported). Without a path, nothing is written and nothing fails.
 */
#ifndef LIB_REJECTS_H
#define LIB_REJECTS_H

#include "base/writer.h"

struct rejects {
    struct writer writer; /* its fd is -1 without a path */
};

/* Creates the file at `path`, or empties it. EX_USAGE, with nothing emptied, if it is one of the
 * inputs: `files` and stdin, which "-" and an empty list name. EX_CANTCREAT if it cannot be
 * created. `path` is borrowed; NULL for none. */
MUST_CHECK int rejects_open(struct rejects *r, const char *path, char *const *files);

/* Adds a line, with or without its LF. */
void rejects_add(struct rejects *r, struct span line);

/* Writes a part of a line that is too long to be kept as a whole, at once; then its end. */
MUST_CHECK int rejects_write_part(struct rejects *r, struct span part);
void rejects_end_line(struct rejects *r);

/* Writes all lines that were added. */
MUST_CHECK int rejects_flush(struct rejects *r);

/* Writes them, and closes the file. */
MUST_CHECK int rejects_close(struct rejects *r);

#endif
