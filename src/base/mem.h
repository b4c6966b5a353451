/*
 * mem: the one place that allocates memory.
 * No function here returns NULL. A tool that is out of memory reports it and exits with 71
 * (EX_OSERR) at once, which is safe because only whole rows are passed to write(2) and a crash does
 * not damage the state. The caller owns what it gets and frees it with free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Returns `count` zeroed elements of `size` bytes each. A product that overflows counts as out of
 * memory. */
void *mem_new(size_t count, size_t size);

/* Resizes `old` (or NULL) to `count` elements of `size` bytes each and returns its new place. New
 * bytes are not zeroed. */
void *mem_resize(void *old, size_t count, size_t size);

/* Resizes `old` (or NULL), which has room for *capacity elements, to room for at least `need`, by
 * doubling, and updates *capacity. Returns the array, which may have moved. New bytes are not
 * zeroed. */
void *mem_grow(void *old, size_t *capacity, size_t need, size_t size);

/* Reports that the tool is out of memory and exits. Call it if a library fails to allocate. */
_Noreturn void mem_fail(void);

/* Returns a copy of `n` bytes, followed by a NUL. */
char *mem_copy(const char *p, size_t n);

#endif
