/*
 * rfc4180: converts CSV (RFC 4180) to TSV records, by libcsv.
 * The caller feeds the parser an input in pieces and is told when a record is complete. The parser
 * owns the record's line, which is valid until the next call. Blank lines are skipped. A quote in
 * the wrong place is an error. No I/O.
 */
#ifndef LIB_RFC4180_H
#define LIB_RFC4180_H

#include "base/buf.h"

enum rfc4180_event {
    RFC4180_MORE, /* no record is complete yet: feed more */
    RFC4180_ROW,  /* a record is complete: rfc4180_line() */
    RFC4180_ERROR /* a quote is in the wrong place or not closed: call rfc4180_reset() */
};

struct rfc4180;

/* Returns a parser that the caller frees with rfc4180_free(). Fields are separated by commas. */
struct rfc4180 *rfc4180_new(void);

/* Drops the record in progress, as rfc4180_reset() does, and from now on fields are separated by
 * this character of ASCII, which is neither a quote nor a line end. */
void rfc4180_set_separator(struct rfc4180 *c, char separator);

/*
 * Parses `bytes` up to and including the first CR or LF, or to the end without one, and sets *taken
 * to the number of bytes parsed, even after an error. At most one record ends in them.
 */
enum rfc4180_event rfc4180_feed(struct rfc4180 *c, struct span bytes, size_t *taken);

/* Ends the input: RFC4180_ROW if this completes a record that has no line end. */
enum rfc4180_event rfc4180_end(struct rfc4180 *c);

/* Returns the record as one line of TSV, with escaped fields and no LF. */
struct span rfc4180_line(const struct rfc4180 *c);

/* Drops the record in progress: the next byte starts a record. */
void rfc4180_reset(struct rfc4180 *c);
void rfc4180_free(struct rfc4180 *c);

#endif
