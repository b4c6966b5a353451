#include "crc32c.h"

enum { STEP = 8 }; /* bytes that are looked up side by side */

/* tables[n][b]: what byte b does to the sum when n more bytes follow it. */
static uint32_t tables[STEP][256];

static void make_tables(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = (c & 1) != 0 ? c >> 1 ^ 0x82f63b78U : c >> 1;
        tables[0][i] = c;
    }
    for (size_t n = 1; n < STEP; n++)
        for (size_t i = 0; i < 256; i++)
            tables[n][i] = tables[n - 1][i] >> 8 ^ tables[0][tables[n - 1][i] & 0xff];
}

/* The sum after STEP bytes more. */
static uint32_t step(uint32_t c, const unsigned char *p)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < STEP; i++)
        sum ^= tables[STEP - 1 - i][p[i] ^ (i < 4 ? c >> 8 * i & 0xff : 0)];
    return sum;
}

uint32_t crc32c(struct span bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    uint32_t c = 0xffffffffU;
    size_t i = 0;
    if (tables[0][1] == 0)
        make_tables();
    for (; i + STEP <= bytes.n; i += STEP)
        c = step(c, p + i);
    for (; i < bytes.n; i++)
        c = tables[0][(c ^ p[i]) & 0xff] ^ c >> 8;
    return ~c;
}

/* TAB and eight hexadecimal digits. */
static void format_sum(char out[CRC32C_FIELD], uint32_t sum)
{
    out[0] = '\t';
    for (int i = CRC32C_FIELD - 1; i > 0; i--, sum >>= 4)
        out[i] = "0123456789abcdef"[sum & 0xf];
}

void crc32c_seal(struct buf *line, size_t start)
{
    uint32_t sum = crc32c(span_make(line->p + start, line->n - start));
    format_sum(buf_room(line, CRC32C_FIELD), sum);
    line->n += CRC32C_FIELD;
}

bool crc32c_check(struct span line, struct span *content)
{
    char digits[CRC32C_FIELD];
    if (line.n < CRC32C_FIELD)
        return false;
    *content = span_make(line.p, line.n - CRC32C_FIELD);
    format_sum(digits, crc32c(*content));
    return memcmp(digits, line.p + content->n, CRC32C_FIELD) == 0;
}
