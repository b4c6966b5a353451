#include "base/mem.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* Does not use err.h, which allocates memory. */
_Noreturn void mem_fail(void)
{
    char line[128];
    int length =
        snprintf(line, sizeof line,
                 "%.40s: out of memory; what was written is safe; run it again with more memory\n",
                 program_invocation_short_name);
    ssize_t written = write(STDERR_FILENO, line, (size_t)length);
    (void)written;
    _exit(EX_OSERR);
}

void *mem_new(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (p == NULL)
        mem_fail();
    return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    void *p = reallocarray(old, count ? count : 1, size);
    if (p == NULL)
        mem_fail();
    return p;
}

void *mem_grow(void *old, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return old;
    size_t grown = *capacity > SIZE_MAX / 2 ? need : *capacity * 2;
    if (grown < need)
        grown = need;
    old = mem_resize(old, grown, size);
    *capacity = grown;
    return old;
}

char *mem_copy(const char *p, size_t n)
{
    char *copy = mem_resize(NULL, n + 1, 1);
    if (n > 0)
        memcpy(copy, p, n);
    copy[n] = '\0';
    return copy;
}
