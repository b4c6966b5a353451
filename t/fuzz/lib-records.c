/*
 * Records, CSV and escapes: splits any bytes into fields, unescapes and escapes them, and aborts if
 * a value changes or an LF gets into a field or a line.
 */
#include "base/escape.h"
#include "lib/record.h"
#include "lib/rfc4180.h"

#include <stdint.h>
#include <stdlib.h>

static void check_fields(struct span line)
{
    struct record r = {0};
    struct buf value = {0}, field = {0}, again = {0};
    record_split(&r, line);
    for (size_t i = 0; i < r.count; i++) {
        struct span read = unescape_field(r.fields[i], &value);
        buf_empty(&field);
        escape_field(&field, read);
        if (!span_equal(unescape_field(buf_span(&field), &again), read) ||
            memchr(field.p, '\n', field.n) != NULL)
            abort();
    }
    record_clear(&r);
    buf_clear(&value);
    buf_clear(&field);
    buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_make((const char *)data, size);
    struct rfc4180 *csv = rfc4180_new();
    if (size > 0)
        check_fields(rest);
    while (rest.n > 0) {
        size_t taken = 0;
        enum rfc4180_event event = rfc4180_feed(csv, rest, &taken);
        if (event == RFC4180_ROW && memchr(rfc4180_line(csv).p, '\n', rfc4180_line(csv).n) != NULL)
            abort();
        if (event == RFC4180_ERROR)
            rfc4180_reset(csv);
        rest = span_make(rest.p + taken, rest.n - taken);
    }
    rfc4180_end(csv);
    rfc4180_free(csv);
    return 0;
}
