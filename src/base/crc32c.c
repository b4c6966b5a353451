#include "base/crc32c.h"

#include <string.h>

enum { STEP = 8 }; /* bytes that are summed at once */

/* tables[n][b] is what byte b does to the sum if n more bytes follow it. */
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

/* Adds STEP bytes to the sum. */
static uint32_t step(uint32_t c, const unsigned char *p)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < STEP; i++)
        sum ^= tables[STEP - 1 - i][p[i] ^ (i < 4 ? c >> 8 * i & 0xff : 0)];
    return sum;
}

static uint32_t sum_by_tables(uint32_t c, const unsigned char *p, size_t n)
{
    if (tables[0][1] == 0)
        make_tables();
    for (; n >= STEP; p += STEP, n -= STEP)
        c = step(c, p);
    for (; n > 0; p++, n--)
        c = tables[0][(c ^ *p) & 0xff] ^ c >> 8;
    return c;
}

#ifdef __x86_64__
/* The processor's own instruction is six times as fast as the tables. */
__attribute__((target("sse4.2"))) static uint32_t
sum_by_instruction(uint32_t start, const unsigned char *p, size_t n)
{
    uint64_t c = start, word;
    for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
        memcpy(&word, p, sizeof word);
        c = __builtin_ia32_crc32di(c, word);
    }
    uint32_t sum = (uint32_t)c;
    for (; n > 0; p++, n--)
        sum = __builtin_ia32_crc32qi(sum, *p);
    return sum;
}

static bool has_instruction(void)
{
    return __builtin_cpu_supports("sse4.2") > 0;
}
#else
static uint32_t sum_by_instruction(uint32_t start, const unsigned char *p, size_t n)
{
    return sum_by_tables(start, p, n);
}

static bool has_instruction(void)
{
    return false;
}
#endif

uint32_t crc32c_by_tables(struct span bytes)
{
    return ~sum_by_tables(0xffffffffU, (const unsigned char *)bytes.p, bytes.n);
}

uint32_t crc32c(struct span bytes)
{
    if (!has_instruction())
        return crc32c_by_tables(bytes);
    return ~sum_by_instruction(0xffffffffU, (const unsigned char *)bytes.p, bytes.n);
}

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
