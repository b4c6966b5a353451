/*
 * Texts of bounces: code, status and host are found inside the text, and the cleaned text is UTF-8.
 */
#include "bounceclass/diagnosis.h"

#include "escape.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct span unset;
    struct diagnosis d = {0};
    diagnosis_read(&d, span_make((const char *)data, size), unset, unset, unset);
    if (d.text.n > DIAGNOSIS_LIMIT || d.code.n > 3 || d.host.n > 256)
        abort();
    diagnosis_free(&d);
    return 0;
}
