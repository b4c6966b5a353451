#include "lib/idn.h"

#include "base/ascii.h"
#include "base/mem.h"

#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>

static bool convert_by_library(struct buf *out, struct span name)
{
    uint8_t *ascii = NULL;
    if (name.n > IDN_LIMIT || memchr(name.p, '\0', name.n) != NULL)
        return false;
    char *text = mem_copy(name.p, name.n);
    int failed =
        idn2_lookup_u8((const uint8_t *)text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (failed == IDN2_OK)
        buf_add_string(out, (const char *)ascii);
    idn2_free(ascii);
    free(text);
    return failed == IDN2_OK;
}

bool idn_to_ascii(struct buf *out, struct span name)
{
    if (!span_is_ascii(name))
        return convert_by_library(out, name);
    char *to = buf_room(out, name.n);
    for (size_t i = 0; i < name.n; i++)
        to[i] = ascii_to_lower(name.p[i]);
    out->n += name.n;
    return true;
}
