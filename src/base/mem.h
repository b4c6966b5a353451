/*
 * mem: the one place where memory is allocated.
 * No function here returns NULL: a tool without memory says so and exits with 71 (EX_OSERR) at
 * once, which is safe because output is written in whole rows only and state changes are
 * crash-safe. The caller owns what it gets and frees it with free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* `count` zeroed elements of `size` bytes; the product is checked. */
void *mem_new(size_t count, size_t size);

/* Resizes `old` (or NULL) to `count` elements of `size` bytes; new bytes are not zeroed. */
void *mem_resize(void *old, size_t count, size_t size);

/* Makes room for `need` elements in an array that holds *capacity of them, by doubling. */
void *mem_grow(void *old, size_t *capacity, size_t need, size_t size);

/* What the functions above do without memory; for libraries that allocate for themselves. */
_Noreturn void mem_fail(void);

/* A NUL-terminated copy of `n` bytes. */
char *mem_copy(const char *p, size_t n);

#endif
