/*
 * output: a row and its domain as what mxlookup writes: mx_status, mx, text (and mx_secure), or one
 * row an exchange and address.
 */
#ifndef MXLOOKUP_OUTPUT_H
#define MXLOOKUP_OUTPUT_H

#include "lib/stream.h"
#include "mxlookup/domain.h"

struct output {
    struct stream *stream;
    bool list;       /* one row an exchange and address */
    bool secure;     /* with mx_secure */
    bool unanswered; /* a domain got no answer at all */
    struct buf text, key, scratch;
};

/* What the stream must be told: the columns that are read and written. */
extern const char *const output_reads[];
const char *const *output_adds(const struct output *o);

/* `d`: NULL where the row has no domain that DNS could hold. */
void output_row(struct output *o, struct span line, struct domain *d);
void output_clear(struct output *o);

#endif
