/*
 * Reads any bytes as an address. One that can be read is the same if it is read again, with a blank
 * before it, and without its case; it is one argument of one SMTP command.
 */
#include "lib/address.h"

#include <stdint.h>
#include <stdlib.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_one_argument(struct span a)
{
    bool quoted = false;
    for (size_t i = 0; i < a.n; i++) {
        unsigned char c = (unsigned char)a.p[i];
        require(c >= ' ' && c != 0x7f && (quoted || strchr(" <>", c) == NULL));
        if (c == '\\' && quoted)
            i++;
        else if (c == '"')
            quoted = !quoted;
    }
    require(!quoted && a.n <= ADDRESS_LIMIT);
}

static void require_same(struct span text, struct span wanted)
{
    struct buf out = {0};
    require(address_read(text, &out) && span_equal(buf_span(&out), wanted));
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf address = {0}, framed = {0};
    struct span bytes = span_make((const char *)data, size);
    address_is_safe(bytes);
    if (size < 4096 && address_read(bytes, &address)) {
        require_one_argument(buf_span(&address));
        require(address_is_safe(buf_span(&address)));
        require_same(buf_span(&address), buf_span(&address));
        buf_add_char(&framed, ' ');
        buf_add_span(&framed, bytes);
        require_same(buf_span(&framed), buf_span(&address));
        address_fold(&address);
        require_same(buf_span(&address), buf_span(&address));
    }
    buf_clear(&address);
    buf_clear(&framed);
    return 0;
}
