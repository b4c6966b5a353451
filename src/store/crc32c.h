/*
 * crc32c: the checksum of the lines of the state (Castagnoli, RFC 3720 appendix B.4).
 */
#ifndef STORE_CRC32C_H
#define STORE_CRC32C_H

#include "base/buf.h"
#include "base/status.h"

#include <stdint.h>

uint32_t crc32c(struct span bytes);

/* The same without the processor's instruction for it, as on machines that have none. */
uint32_t crc32c_by_tables(struct span bytes);

enum { CRC32C_FIELD = 9 }; /* a TAB and eight hexadecimal digits */

/* Adds TAB and the checksum of the bytes from `start` on, as the last field of a line. */
void crc32c_seal(struct buf *line, size_t start);

/* Is the last field of `line` the checksum of what stands before it? Then *content is that. */
MUST_CHECK bool crc32c_check(struct span line, struct span *content);

#endif
