/*
 * Reads any bytes as an entry and as an address. An entry that can be read is the same after
 * writing and reading it; a canonical address is its own canonical form.
 */
#include "store/entry.h"
#include "store/entry_text.h"

#include "store/canonical.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct entry e, again;
    struct buf text = {0}, address = {0}, twice = {0};
    struct span bytes = span_make((const char *)data, size);
    if (entry_read(&e, bytes)) {
        entry_write(&e, &text);
        if (!entry_read(&again, buf_span(&text)) ||
            entry_errors_at(&e, 0) != entry_errors_at(&again, 0))
            abort();
    }
    if (canonical_address(bytes, &address) && (!canonical_address(buf_span(&address), &twice) ||
                                               !span_equal(buf_span(&address), buf_span(&twice))))
        abort();
    buf_clear(&text);
    buf_clear(&address);
    buf_clear(&twice);
    return 0;
}
