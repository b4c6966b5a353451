/*
 * entry_join: two entries of one address made into one. Pure.
 */
#ifndef STORE_ENTRY_JOIN_H
#define STORE_ENTRY_JOIN_H

#include "store/entry.h"

/* Adds all that `other` knows to `e`: the errors of both add up, and the firmer state holds:
 * denied, then allowed (both by hand), then the longer quarantine. */
void entry_join(struct entry *e, const struct entry *other);

#endif
