/*
 * Records, CSV, escapes, first lines and UTF-16: splits any bytes into fields, unescapes and
 * escapes them, and aborts if a value changes or an LF gets into a field or a line; reads them as
 * the first lines of two files and maps the columns; and converts them as a whole and in pieces,
 * and aborts if the results differ.
 */
#include "base/escape.h"
#include "lib/address_keys.h"
#include "lib/columns.h"
#include "lib/encoding.h"
#include "lib/record.h"
#include "lib/rfc4180.h"
#include "lib/separator.h"

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

/* Maps the columns of the first line to those of the second, and aborts if one is taken twice. */
static void check_columns(struct span first, struct span second)
{
    const struct columns_wanted wanted = {&key_address_or_domain, NULL, "a,,email"};
    struct record r = {0};
    struct columns a, b;
    bool names_key;
    record_split(&r, first);
    columns_from_first(&a, &r, &wanted);
    separator_guess(&r, false, &key_text, &names_key);
    record_split(&r, second);
    columns_from_first(&b, &r, &wanted);
    int *place = calloc(a.count, sizeof *place);
    bool *used = calloc(b.count, sizeof *used);
    bool *taken = calloc(b.count, sizeof *taken);
    bool all = columns_map(&a, &b, place, used);
    for (size_t i = 0; i < a.count; i++) {
        if (place[i] == COLUMN_NONE ? all : taken[place[i]] || !used[place[i]])
            abort();
        if (place[i] != COLUMN_NONE)
            taken[place[i]] = true;
    }
    free(taken);
    free(used);
    free(place);
    columns_clear(&a);
    columns_clear(&b);
    record_clear(&r);
}

static void check_first_lines(struct span bytes)
{
    char separator = ',';
    const char *lf = memchr(bytes.p, '\n', bytes.n);
    struct span first = lf != NULL ? span_make(bytes.p, (size_t)(lf - bytes.p)) : bytes;
    separator_read_line(first, &separator);
    separator_is_semicolon(first);
    key_address_or_domain.fits(first);
    if (lf != NULL)
        check_columns(first, span_make(lf + 1, bytes.n - first.n - 1));
}

/* Returns the length of what is in `out`. */
static size_t convert(struct span bytes, size_t step, char *out)
{
    struct encoding *e = encoding_open("UTF-16BE");
    size_t n = 0;
    while (bytes.n > 0) {
        struct span piece = span_make(bytes.p, bytes.n < step ? bytes.n : step);
        n += encoding_convert(e, piece, out + n);
        bytes = span_make(bytes.p + piece.n, bytes.n - piece.n);
    }
    n += encoding_end(e, out + n);
    encoding_close(e);
    return n;
}

static void check_encoding(struct span bytes)
{
    size_t room = ENCODING_GROWTH * bytes.n + ENCODING_REST + 1;
    char *whole = malloc(room), *pieces = malloc(room + ENCODING_REST);
    size_t n = convert(bytes, bytes.n, whole);
    for (size_t step = 1; step < 8; step++)
        if (convert(bytes, step, pieces) != n || memcmp(whole, pieces, n) != 0)
            abort();
    free(whole);
    free(pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_make((const char *)data, size);
    struct rfc4180 *csv = rfc4180_new();
    if (size > 0) {
        check_fields(rest);
        check_first_lines(rest);
        check_encoding(rest);
        if (data[0] > ' ' && data[0] < 0x7f && data[0] != '"')
            rfc4180_set_separator(csv, (char)data[0]);
    }
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
