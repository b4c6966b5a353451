/*
 * output: writes a row with what was found for its domain: mx_status, mx, text (and mx_secure), or
 * with -l one row for each exchange and address. Owns its buffers, and borrows the stream, which
 * reports its own errors.
 */
#ifndef MXLOOKUP_OUTPUT_H
#define MXLOOKUP_OUTPUT_H

#include "lib/stream.h"
#include "mxlookup/domain.h"

struct output {
    struct stream *stream;
    bool list;       /* write one row for each exchange and address */
    bool secure;     /* write mx_secure */
    bool unanswered; /* set once a row was written with the status timeout */
    struct buf text, key, scratch;
};

/* The columns to read and to write, for struct stream_spec. Both lists are static. */
extern const char *const output_reads[];
const char *const *output_adds(const struct output *o);

/* Writes the row or rows of `line`. `d` is done, or NULL if the line has no domain that DNS could
 * hold; it remembers what its rows share. */
void output_row(struct output *o, struct span line, struct domain *d);

/* Frees the buffers; the stream is the caller's. */
void output_clear(struct output *o);

#endif
