/*
 * outcome: what the columns of a row tell of its last try: result, next_at, first_at, attempts and
 * at, as mxsend writes them. Pure: no I/O and no clock.
 */
#ifndef MXQUEUE_OUTCOME_H
#define MXQUEUE_OUTCOME_H

#include "mxqueue/row.h"

enum outcome_column {
    OUTCOME_RESULT,
    OUTCOME_NEXT_AT,
    OUTCOME_FIRST_AT,
    OUTCOME_ATTEMPTS,
    OUTCOME_AT,
    OUTCOME_COLUMNS
};

/* The names of the columns, as the first ones of a stream_spec's `reads`. */
#define OUTCOME_NAMES "result", "next_at", "first_at", "attempts", "at"

/* Sets the row's result, next_s, first_s, attempts and ended_s from the unescaped values. Returns
 * NULL or, if a value is not understood, why: a constant. */
const char *outcome_read(const struct span values[OUTCOME_COLUMNS], int64_t now_s, struct row *r);

/* Takes over the outcome of a row that came back. False if it tells nothing new: the row that the
 * queue has has ended (but a message that was sent is always noted). */
bool outcome_apply(struct row *r, const struct row *came);

#endif
