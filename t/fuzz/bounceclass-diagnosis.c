/*
 * Texts of bounces, of any bytes: the text, the code and the host keep to their lengths, and the
 * masked text is UTF-8 of at most MASK_LIMIT bytes.
 */
#include "bounceclass/mask.h"

#include "base/escape.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct span unset;
    struct diagnosis d = {0};
    diagnosis_read(&d, span_make((const char *)data, size), unset, unset, unset);
    if (d.text.n > DIAGNOSIS_LIMIT || d.code.n > 3 || diagnosis_host(&d).n > 256)
        abort();
    struct buf masked = {0};
    mask_text(&masked, &d);
    if (masked.n > MASK_LIMIT || escape_text_prefix(buf_span(&masked)) != masked.n)
        abort();
    buf_clear(&masked);
    diagnosis_clear(&d);
    return 0;
}
