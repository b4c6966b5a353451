/*
 * summary: how many rows had which type, reason and detail, at which receiver. Owns its counts.
 */
#ifndef BOUNCECLASS_SUMMARY_H
#define BOUNCECLASS_SUMMARY_H

#include "base/tally.h"
#include "base/writer.h"
#include "classify/classifier.h"

enum { SUMMARY_LIMIT = 50000 }; /* counts kept; beyond, new receivers are one, `(others)` */

struct summary {
    struct tally tally;
    uint64_t rows;
    struct buf key; /* of the row that is counted */
};

/* Counts a row; NULL for one that was delivered. */
void summary_count(struct summary *s, const struct verdict *v, struct span receiver);

/* Writes TSV with the columns count, type, reason, detail and receiver, most frequent first. */
void summary_write_tsv(const struct summary *s, struct writer *out, bool header);

/* Writes it for a person: each of the columns by itself, with bars. */
void summary_write_bars(const struct summary *s, struct writer *out);
void summary_clear(struct summary *s);

#endif
