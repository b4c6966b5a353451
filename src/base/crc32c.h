/*
 * crc32c: the checksum of the lines of our files (Castagnoli; RFC 3720 appendix B.4).
 * Pure: no I/O. Owns nothing but tables that the first call makes on a processor without an
 * instruction for this sum: that call must be over before other threads call.
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

uint32_t crc32c(struct span bytes);

/* The same without the processor's instruction, as on machines that do not have it. */
uint32_t crc32c_by_tables(struct span bytes);

enum { CRC32C_FIELD = 9 }; /* a TAB and eight hexadecimal digits */

/* Adds a TAB and the checksum of the bytes from `start` on, as the last field of a line. */
void crc32c_seal(struct buf *line, size_t start);

/* True if the last field of `line` is the checksum of the bytes before it. *content is then those
 * bytes, borrowed from `line`. */
MUST_CHECK bool crc32c_check(struct span line, struct span *content);

#endif
