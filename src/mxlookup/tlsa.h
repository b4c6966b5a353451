/*
 * tlsa: what DANE knows of a host (RFC 7672 2.2): which name has its TLSA records, and what the
 * answers mean. Writes the host's `secure`: `=failed`, `=none`, `=insecure`, `=U:S:M:HEX,...`, or
 * `/BASE=U:S:M:HEX,...`. Does no I/O and cannot fail; borrows its arguments.
 */
#ifndef MXLOOKUP_TLSA_H
#define MXLOOKUP_TLSA_H

#include "mxlookup/host.h"

/* Gives the host the end of its aliases as the base domain to ask first, unless it has one or that
 * is not a name that can have TLSA records. */
void tlsa_set_base(struct host *h, const char *canonical);

/* Returns the name to ask for TLSA records, which the host owns, once all answers about its
 * addresses are there; NULL if there is nothing to ask. */
const char *tlsa_first(struct host *h);

/* Reads the answer to the question for that name. Returns the next name to ask, or NULL. */
const char *tlsa_next(struct host *h, const struct packet_answer *a);

#endif
