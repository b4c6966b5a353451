/*
 * sha256: SHA-256 (FIPS 180-4), by which a message is known. Pure: no I/O and no memory, and
 * nothing can fail. (OpenSSL's allocates, and crashes if it gets no memory.)
 */
#ifndef MXQUEUE_SHA256_H
#define MXQUEUE_SHA256_H

#include "base/span.h"

enum { SHA256_BYTES = 32 };

void sha256(struct span bytes, unsigned char digest[SHA256_BYTES]);

#endif
