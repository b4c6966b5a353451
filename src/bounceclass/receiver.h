/*
 * receiver: whose server said it, as counts are kept: the organisation's domain, `google.com` of
 * `alt1.gmail-smtp-in.l.google.com`. Pure.
 */
#ifndef BOUNCECLASS_RECEIVER_H
#define BOUNCECLASS_RECEIVER_H

#include "base/span.h"

/* The receiver by the host, or else by the address; the empty span where neither tells. Part of
 * what was given. */
struct span receiver_of(struct span host, struct span address);

#endif
