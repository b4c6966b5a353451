/*
 * entry_text: the text form of an entry: the fields of one line of the snapshot and of the journal
 * (mxkit(5)). Pure.
 */
#ifndef STORE_ENTRY_TEXT_H
#define STORE_ENTRY_TEXT_H

#include "base/buf.h"
#include "base/status.h"
#include "store/entry.h"

/* Adds the text form, without address and checksum: fields with TABs between. */
void entry_write(const struct entry *e, struct buf *out);

/* Reads it back, also one of version 1; false if it is none. */
MUST_CHECK bool entry_read(struct entry *e, struct span text);

/* The state at `now_s` alone. */
MUST_CHECK bool entry_read_state(struct span text, int64_t now_s, enum entry_state *state);

#endif
