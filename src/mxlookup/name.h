/*
 * name: the domain to ask for, out of what stands on a line: an address, or a domain alone.
 */
#ifndef MXLOOKUP_NAME_H
#define MXLOOKUP_NAME_H

#include "buf.h"

/*
 * Writes the domain to `out` (cleared first) in lower case, without its final dot. False where
 * there is none that DNS could hold: RFC 1035 2.3.4 (63 bytes a label, 253 in all), letters,
 * digits, `-` and `_`, a dot somewhere or one label alone, no address literal.
 */
bool name_read(struct span text, struct buf *out);

/* Is `host` such a name already? For what comes out of DNS answers. */
bool name_is_host(const char *host);

#endif
