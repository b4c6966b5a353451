/*
 * rfc4180: CSV into the text of TSV records, by libcsv.
 * A parser is fed the bytes of an input piece by piece and tells when a record is whole; it owns
 * that record's line until it is fed again. Blank lines are no records. No I/O.
 */
#ifndef LIB_RFC4180_H
#define LIB_RFC4180_H

#include "base/buf.h"

enum rfc4180_event {
    RFC4180_MORE, /* the bytes are taken; nothing is whole yet */
    RFC4180_ROW,  /* a record is whole: rfc4180_line() */
    RFC4180_ERROR /* a quote in the wrong place, or open at the end: rfc4180_reset() */
};

struct rfc4180;

struct rfc4180 *rfc4180_new(void);

/*
 * Takes the bytes up to and including the first CR or LF of `bytes`, or all of them; *taken says
 * how many. At most one record ends in them.
 */
enum rfc4180_event rfc4180_feed(struct rfc4180 *c, struct span bytes, size_t *taken);

/* The input ends here: a record without a line end may be whole now. */
enum rfc4180_event rfc4180_end(struct rfc4180 *c);

/* The record as one line of TSV, its fields escaped. */
struct span rfc4180_line(const struct rfc4180 *c);

/* Starts afresh, with the next byte at the start of a record. */
void rfc4180_reset(struct rfc4180 *c);
void rfc4180_free(struct rfc4180 *c);

#endif
