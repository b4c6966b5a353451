/*
 * hash: FNV-1a of 64 bits, for tables and identities. Pure: nothing here fails.
 * The hash is not collision-resistant: somebody who chooses the bytes can make them collide. A user
 * of it must compare whole keys or accept that.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/span.h"

#include <stdint.h>

#define HASH_START 0xcbf29ce484222325U

/* Returns the hash of `bytes` after those whose hash is `hash`; HASH_START begins. */
static inline uint64_t hash_more(uint64_t hash, struct span bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        hash = (hash ^ (unsigned char)bytes.p[i]) * 0x100000001b3U;
    return hash;
}

#endif
