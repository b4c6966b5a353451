/*
 * listing: the options by which list, stats and log choose rows, and what they show of them.
 * Functions that return int report their own errors and return 0 or an exit status.
 */
#ifndef MXQUEUE_LISTING_H
#define MXQUEUE_LISTING_H

#include "base/options.h"
#include "base/rfc3339.h"
#include "mxqueue/queue.h"

/* --message */
extern const struct option_entry listing_option_table[];

/* Reads the option: *hash, which is the caller's, becomes the hash of the message or its first
 * digits; empty if the option is not given. */
MUST_CHECK int listing_hash(char hash[ROW_HASH + 1]);

/* `waiting`, `leased` or `ended`; only after queue_look_at_leases(). */
const char *listing_state(struct queue *q, const struct row *r);

/* Writes a time, or nothing for ROW_NO_TIME. */
struct span listing_time(int64_t time_s, char text[RFC3339_LENGTH + 1]);

#endif
