/*
 * canonical: the one form by which the state knows an address: that of address_read(), without
 * regard to the case of its local part unless the state was begun with --exact-case.
 * No I/O. The caller owns the buffer. The only failure is a text that is not an address.
 */
#ifndef STORE_CANONICAL_H
#define STORE_CANONICAL_H

#include "base/buf.h"
#include "base/options.h"
#include "base/status.h"

/* --exact-case, and --fold, which is the default */
extern const struct option_entry canonical_option_table[];

/* True with --fold. */
bool canonical_is_fold(void);

/* True if local parts keep their case: because of --exact-case, until a state says what it does. */
bool canonical_is_exact(void);
void canonical_set_exact(bool exact_case);

/* Writes that form to `out`, which is emptied first. Returns false if `text` is not an address;
 * then `out` must not be used. */
MUST_CHECK bool canonical_address(struct span text, struct buf *out);

/* The same, and also the form of a whole domain, `@spam.example`, out of that or `*@spam.example`.
 */
MUST_CHECK bool canonical_key(struct span text, struct buf *out);

#endif
