/*
 * Patterns of rule files: any pattern can be searched for what it requires, and if it matches a
 * text, the prefilter lets it through. Input: a pattern, LF, a text.
 */
#include "classify/diagnosis.h"
#include "classify/prefilter.h"
#include "lib/pattern.h"

#include <stdint.h>
#include <stdlib.h>

static void check(struct pattern *p, struct span pattern, struct span text)
{
    static const struct span unset;
    struct diagnosis d = {0};
    struct matcher *m = matcher_new();
    struct prefilter *f = prefilter_new();
    prefilter_add(f, pattern, 0);
    prefilter_build(f);
    struct prefilter_scan *s = prefilter_scan_new(f);
    diagnosis_read(&d, text, unset, unset, unset);
    prefilter_scan_text(s, d.text);
    if (pattern_match(p, m, d.text) == PATTERN_YES &&
        (!prefilter_scan_may_match(s, 0) || prefilter_scan_next_group(s, 0) != 0))
        abort();
    diagnosis_clear(&d);
    prefilter_scan_free(s);
    prefilter_free(f);
    matcher_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[PATTERN_WHY];
    size_t offset;
    const uint8_t *lf = size > 0 ? memchr(data, '\n', size) : NULL;
    if (lf == NULL || lf == data || lf - data > 200)
        return 0;
    struct span pattern = span_make((const char *)data, (size_t)(lf - data));
    struct pattern *p = pattern_compile(pattern, false, &offset, why);
    if (p != NULL) {
        check(p, pattern, span_make((const char *)lf + 1, size - pattern.n - 1));
        pattern_free(p);
    }
    return 0;
}
