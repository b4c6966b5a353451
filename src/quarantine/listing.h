/*
 * listing: entries as rows of TSV, as list prints them, release what it freed, and import takes
 * them back.
 */
#ifndef QUARANTINE_LISTING_H
#define QUARANTINE_LISTING_H

#include "base/writer.h"
#include "store/entry.h"

void listing_write_header(struct writer *out);
void listing_write(struct writer *out, struct span address, const struct entry *e, int64_t now_s);

#endif
