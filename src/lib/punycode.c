#include "lib/punycode.h"

#include "lib/unicode.h"

/* the parameters of RFC 3492 section 5 */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 0x80 };

struct text {
    uint32_t characters[PUNYCODE_LIMIT];
    uint32_t count;
};

static bool read_text(struct text *t, struct span label)
{
    uint32_t c;
    for (t->count = 0; unicode_next(&label, &c); t->characters[t->count++] = c)
        if (t->count == PUNYCODE_LIMIT)
            return false;
    return label.n == 0;
}

/* RFC 3492 section 6.1 */
static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    for (delta += delta / points; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
        delta /= BASE - TMIN;
    return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* Adds a number with digits of growing weight (RFC 3492 section 3.3). */
static void add_number(struct buf *out, uint32_t number, uint32_t bias)
{
    static const char digits[BASE + 1] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
        if (number < t)
            break;
        buf_add_char(out, digits[t + (number - t) % (BASE - t)]);
        number = (number - t) / (BASE - t);
    }
    buf_add_char(out, digits[number]);
}

static uint32_t next_character(const struct text *t, uint32_t least)
{
    uint32_t next = UINT32_MAX;
    for (uint32_t i = 0; i < t->count; i++)
        if (t->characters[i] >= least && t->characters[i] < next)
            next = t->characters[i];
    return next;
}

/* Nothing overflows: delta is below 0x110000 characters times 64 places. */
bool punycode_encode(struct buf *out, struct span label)
{
    struct text t;
    uint32_t delta = 0, bias = BIAS, done = 0;
    if (!read_text(&t, label))
        return false;
    for (uint32_t i = 0; i < t.count; i++)
        if (t.characters[i] < FIRST) {
            buf_add_char(out, (char)t.characters[i]);
            done++;
        }
    const uint32_t basic = done;
    if (basic > 0)
        buf_add_char(out, '-');
    for (uint32_t at = FIRST; done < t.count; at++, delta++) {
        uint32_t next = next_character(&t, at);
        delta += (next - at) * (done + 1);
        at = next;
        for (uint32_t i = 0; i < t.count; i++) {
            delta += t.characters[i] < at;
            if (t.characters[i] != at)
                continue;
            add_number(out, delta, bias);
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
    return true;
}
