/*
 * writer: writes lines to a descriptor in large blocks.
 * Only finished lines are passed to write(2): at writer_flush(), or when the block is full. The
 * writer owns the block; it closes the descriptor in writer_close(). The first write that fails is
 * reported and its status kept: later calls write nothing and return EX_IOERR. After a failure, the
 * last line in the output may be cut short.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/buf.h"
#include "base/status.h"

#include <stdatomic.h>

struct writer {
    int fd;
    const char *name;  /* for messages; borrowed */
    struct buf block;  /* finished lines that are not written yet, then the line being made */
    size_t whole;      /* bytes of finished lines in the block */
    bool hold;         /* nothing is written before writer_flush(), however much there is */
    atomic_int status; /* 0 or EX_IOERR; atomic, so that a thread that reads the input can look */
};

/* Starts a writer on `fd`. `name` is borrowed until writer_close(). */
void writer_init(struct writer *w, int fd, const char *name);

/* Returns the buffer to which the caller adds the next line, without its LF. */
struct buf *writer_line(struct writer *w);

/* Adds the LF. Writes the block if it is full and `hold` is not set; a failure is kept for
 * writer_flush() and writer_close(). */
void writer_end_line(struct writer *w);

/* Writes all finished lines; waits if a non-blocking descriptor is not ready. 0 or EX_IOERR
 * (reported). */
MUST_CHECK int writer_flush(struct writer *w);

/* Drops all lines that are not written yet, the unfinished one included. */
void writer_abandon(struct writer *w);

/* Flushes, closes the descriptor and frees the block. 0, or EX_IOERR (reported) if a write or the
 * close failed, since some file systems report a full disk only then. */
MUST_CHECK int writer_close(struct writer *w);

#endif
