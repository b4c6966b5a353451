#include "crc32c.h"

#include <stdio.h>

enum { POLYNOMIAL_BITS = 8 };

static uint32_t table[256];

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < POLYNOMIAL_BITS; bit++)
            c = (c & 1) != 0 ? c >> 1 ^ 0x82f63b78U : c >> 1;
        table[i] = c;
    }
}

uint32_t crc32c(struct span bytes)
{
    if (table[1] == 0)
        make_table();
    uint32_t c = 0xffffffffU;
    for (size_t i = 0; i < bytes.n; i++)
        c = table[(c ^ (unsigned char)bytes.p[i]) & 0xff] ^ c >> 8;
    return ~c;
}

void crc32c_seal(struct buf *line, size_t start)
{
    buf_format(line, "\t%08x", crc32c(span_make(line->p + start, line->n - start)));
}

bool crc32c_check(struct span line, struct span *content)
{
    char digits[CRC32C_FIELD + 1];
    if (line.n < CRC32C_FIELD)
        return false;
    *content = span_make(line.p, line.n - CRC32C_FIELD);
    snprintf(digits, sizeof digits, "\t%08x", crc32c(*content));
    return memcmp(digits, line.p + content->n, CRC32C_FIELD) == 0;
}
