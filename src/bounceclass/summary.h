/*
 * summary: counts rows by type, reason, detail and receiver. Owns its counts; a zeroed summary is
 * empty. Nothing here fails: the writer keeps its errors.
 */
#ifndef BOUNCECLASS_SUMMARY_H
#define BOUNCECLASS_SUMMARY_H

#include "base/tally.h"
#include "base/writer.h"
#include "classify/classifier.h"

/* After this many combinations, further receivers are counted as `(others)`. */
enum { SUMMARY_LIMIT = 50000 };

struct summary {
    struct tally tally;
    uint64_t rows;
    struct buf key; /* scratch: the key of the row that is counted */
};

/* Counts a row. `v` is NULL for a row without a verdict. `receiver` is counted in lower case. */
void summary_count(struct summary *s, const struct verdict *v, struct span receiver);

/* Writes TSV with the columns count, type, reason, detail and receiver, most frequent first. */
void summary_write_tsv(const struct summary *s, struct writer *out, bool header);

/* Writes a table with bars for a person, one part for each of the four columns. */
void summary_write_bars(const struct summary *s, struct writer *out);

/* Frees what the summary owns. */
void summary_clear(struct summary *s);

#endif
