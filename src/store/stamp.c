#include "store/stamp.h"

#include "base/crc32c.h"
#include "base/err.h"
#include "lib/record.h"

#include <inttypes.h>
#include <sysexits.h>

#define MAGIC " mxkit-state "
#define EXACT "exact"

void stamp_add(struct buf *out, const char *what, const struct stamp *s)
{
    size_t start = out->n;
    buf_format(out, MAGIC "%d\t%s\t%" PRIu64 "\t%" PRIu64 "\t%s\t%020" PRIu64, STAMP_VERSION, what,
               s->generation, s->base, s->exact_case ? EXACT : "fold", s->length);
    crc32c_seal(out, start);
    buf_add_char(out, '\n');
}

/* Reads the digits at the start; no overflow is checked, because the line's checksum was right. */
static uint64_t number_in(struct span text)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
        number = number * 10 + (uint64_t)(text.p[i] - '0');
    return number;
}

int stamp_read(struct span line, const char *what, const char *name, struct stamp *s)
{
    struct span content = {0};
    size_t n = strlen(MAGIC);
    bool sealed = crc32c_check(line, &content);
    if (!sealed || content.n <= n || memcmp(content.p, MAGIC, n) != 0 ||
        !span_is(record_field(content, 1), what)) {
        err_say("%s: damaged at byte 0; restore it from a backup", name);
        return EX_DATAERR;
    }
    *s = (struct stamp){
        .version = (unsigned)number_in(span_make(content.p + n, content.n - n)),
        .generation = number_in(record_field(content, 2)),
        .base = number_in(record_field(content, 3)),
        .exact_case = span_is(record_field(content, 4), EXACT),
        .length = number_in(record_field(content, 5)),
    };
    if (s->version >= 1 && s->version <= STAMP_VERSION)
        return 0;
    err_say("%s has format version %u, but this mxkit reads 1 to %d; use the mxkit that wrote it",
            name, s->version, STAMP_VERSION);
    return EX_CONFIG;
}
