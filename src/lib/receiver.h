/*
 * receiver: the organisation that a failure came from, for counting: `google.com` for the host
 * `alt1.gmail-smtp-in.l.google.com`. Pure; nothing fails.
 */
#ifndef LIB_RECEIVER_H
#define LIB_RECEIVER_H

#include "base/span.h"

/* Returns the part of the host's name that belongs to the organisation; if the host is unknown or
 * an IP, the domain of the address; the empty span if that has no domain either. Borrowed from the
 * parameters. */
struct span receiver_of(struct span host, struct span address);

#endif
