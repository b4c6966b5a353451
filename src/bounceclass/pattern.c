#include "pattern.h"

#include "mem.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

enum { MATCH_LIMIT = 10000, DEPTH_LIMIT = 1000, HEAP_LIMIT_KIB = 1024 };

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

struct pattern *pattern_compile(struct span text, bool jit, size_t *offset, char why[PATTERN_WHY])
{
    static const uint32_t options =
        PCRE2_CASELESS | PCRE2_UTF | PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE;
    int error;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &error, offset, NULL);
    if (code == NULL) {
        pcre2_get_error_message(error, (PCRE2_UCHAR *)why, PATTERN_WHY);
        return NULL;
    }
    if (jit)
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without JIT the interpreter does it */
    struct pattern *p = mem_new(1, sizeof *p);
    p->code = code;
    p->data = pcre2_match_data_create(1, NULL);
    p->context = pcre2_match_context_create(NULL);
    if (p->data == NULL || p->context == NULL) {
        snprintf(why, PATTERN_WHY, "no memory for it");
        pattern_free(p);
        return NULL;
    }
    pcre2_set_match_limit(p->context, MATCH_LIMIT);
    pcre2_set_depth_limit(p->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(p->context, HEAP_LIMIT_KIB);
    return p;
}

enum pattern_result pattern_match(const struct pattern *p, struct span subject)
{
    PCRE2_SPTR bytes = (PCRE2_SPTR)(subject.n > 0 ? subject.p : "");
    int found = pcre2_match(p->code, bytes, subject.n, 0, PCRE2_NO_UTF_CHECK, p->data, p->context);
    return found >= 0 ? PATTERN_YES : found == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_LIMIT;
}

void pattern_free(struct pattern *p)
{
    pcre2_match_context_free(p->context);
    pcre2_match_data_free(p->data);
    pcre2_code_free(p->code);
    free(p);
}
