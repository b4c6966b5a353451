/*
 * host: finds the host that refused a message, as MTAs and their logs name it. Pure; nothing fails.
 */
#ifndef CLASSIFY_HOST_H
#define CLASSIFY_HOST_H

#include "base/span.h"

/*
 * Returns the name or IPv4 address of the receiver's host, a part of `text`, or the empty span:
 * `host NAME[IP] said`, `relay=NAME`, `while talking to NAME`, `NAME (IP)`. The reply begins at
 * `reply`. A reply often names the sender's own host: `Client host NAME [IP] blocked`. So a name
 * with only an IP to tell that it is a host must be in front of the reply.
 */
struct span host_find(struct span text, size_t reply);

#endif
