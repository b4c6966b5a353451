/* Masked texts, for tests that compare them. */
#ifndef MASKS_H
#define MASKS_H

#include "bounceclass/mask.h"

#include <stdio.h>

static inline void mask(struct span text, struct buf *out)
{
    const struct span unset = {0};
    struct diagnosis d = {0};
    diagnosis_read(&d, text, unset, unset, unset);
    mask_text(out, &d);
    diagnosis_clear(&d);
}

/* True if the mask of the text, and the mask of that, are as expected. */
static inline bool masks(const char *text, const char *expected)
{
    struct buf once = {0}, twice = {0};
    mask(span_of(text), &once);
    mask(buf_span(&once), &twice);
    bool same = span_is(buf_span(&once), expected) && span_equal(buf_span(&once), buf_span(&twice));
    if (!same)
        printf("# %s\n# and %s,\n# not %s\n", buf_string(&once), buf_string(&twice), expected);
    buf_clear(&once);
    buf_clear(&twice);
    return same;
}

#endif
