/*
 * listing: entries as rows of TSV, the form that list, release and --print write and that import
 * reads. Adds lines to a writer of the caller's, which keeps the status of a failed write.
 */
#ifndef QUARANTINE_LISTING_H
#define QUARANTINE_LISTING_H

#include "base/writer.h"
#include "store/entry.h"

void listing_write_header(struct writer *out);

/* `now_s` is in seconds since 1970. */
void listing_write(struct writer *out, struct span address, const struct entry *e, int64_t now_s);

#endif
