/*
 * Looks for a Message-ID in any bytes: what is found must be in there, in its angle brackets, and
 * must be text that a row can hold as it is.
 */
#include "mxsend/message_id.h"

#include "base/escape.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span message = span_make((const char *)data, size);
    struct span id = message_id_find(message);
    if (id.n == 0)
        return 0;
    if (id.p < message.p || id.p + id.n > message.p + message.n || id.n > MESSAGE_ID_LIMIT ||
        id.p[0] != '<' || id.p[id.n - 1] != '>' || escape_text_prefix(id) != id.n)
        abort();
    return 0;
}
