/*
 * codes: finds the reply code and the enhanced status code of a failure in its text, in what a log
 * puts around a reply too. Pure; nothing fails. The spans borrow the text.
 */
#ifndef CLASSIFY_CODES_H
#define CLASSIFY_CODES_H

#include "base/span.h"

struct codes {
    struct span code;   /* three digits, of which the first is 4 or 5; or empty */
    struct span status; /* as "5.1.1"; or empty */
    size_t at;          /* where the reply begins: at the code; or the end of the text */
};

/* Finds the first reply in the text that reports a failure. A number that only looks like a code,
 * as in `delay=512,` or in an IPv6 address, is not where a reply can begin. */
struct codes codes_find(struct span text);

/* True if all of `s` is a reply code, of a success too. */
bool codes_is_code(struct span s);

/* True if all of `s` is an enhanced status code (RFC 3463), of a success too. */
bool codes_is_status(struct span s);

#endif
