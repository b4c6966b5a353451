/*
 * writer: whole lines to stdout, in large blocks.
 * What has been added reaches the descriptor in whole lines only, at writer_flush() or when the
 * block is full. The first failed write is said on stderr and kept: later calls do nothing and
 * return it.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/buf.h"
#include "base/status.h"

#include <stdatomic.h>

struct writer {
    int fd;
    const char *name;  /* for messages */
    struct buf block;  /* whole lines that were not written yet, then the line being made */
    size_t whole;      /* bytes of whole lines in the block */
    bool hold;         /* nothing goes out before writer_flush(), however much there is */
    atomic_int status; /* 0, or EX_IOERR; a thread that reads may look at it */
};

void writer_init(struct writer *w, int fd, const char *name);

/* The buffer in which to make the next line, without its LF. */
struct buf *writer_line(struct writer *w);

/* Ends the line that was made. */
void writer_end_line(struct writer *w);
MUST_CHECK int writer_flush(struct writer *w);

/* Drops the lines that were not written yet. */
void writer_abandon(struct writer *w);

/* Flushes and closes the descriptor, so that a full disk is seen: 0 or EX_IOERR. Frees the block.
 */
MUST_CHECK int writer_close(struct writer *w);

#endif
