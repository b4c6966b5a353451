/*
 * entry_text: the text form of an entry: the fields of a line in the files, without the address and
 * the checksum (mxkit(5)).
 * Pure: no I/O. Owns nothing; reading fails, with false, if a text is not an entry.
 */
#ifndef STORE_ENTRY_TEXT_H
#define STORE_ENTRY_TEXT_H

#include "base/buf.h"
#include "base/status.h"
#include "store/entry.h"

/* Adds the fields to `out`, with TABs between them. */
void entry_write(const struct entry *e, struct buf *out);

/* Reads them back, also those of version 1. False if `text` is not an entry; then *e is not to be
 * used. */
MUST_CHECK bool entry_read(struct entry *e, struct span text);

/* The field `counters` by itself: the counted errors of each reason, and the times before which
 * errors do not count. Reading replaces those of the entry; after a failure *e has some of them. */
void entry_write_counters(const struct entry *e, struct buf *out);
MUST_CHECK bool entry_read_counters(struct entry *e, struct span list);

/* The state and, of a quarantine, its end, in one number, which is never 0: much less work than the
 * whole entry. ENTRY_UNREADABLE if they cannot be read; other fields are not checked. */
#define ENTRY_UNREADABLE INT64_MIN
int64_t entry_summarise(struct span text);

/* The state at `now_s` (seconds since 1970) that a summary tells. */
enum entry_state entry_summary_state(int64_t summary, int64_t now_s);

#endif
