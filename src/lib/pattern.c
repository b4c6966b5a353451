#include "lib/pattern.h"

#include "base/mem.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { MATCH_LIMIT = 10000, DEPTH_LIMIT = 1000, HEAP_LIMIT_KIB = 1024 };
enum { JIT_STACK_FIRST = 32768, JIT_STACK_MOST = 1 << 20 };

struct pattern {
    pcre2_code *code;
    atomic_bool ready; /* has its machine code, or does without */
};

struct matcher {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
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
    struct pattern *p = mem_new(1, sizeof *p);
    p->code = code;
    atomic_init(&p->ready, !jit);
    return p;
}

/* Most runs need few of the patterns, so compiling all of them at the start would be most of a
 * short run's time. If PCRE2 has no JIT here, its interpreter does the matching. */
static void compile_once(struct pattern *p)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    if (!atomic_load(&p->ready))
        pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
    atomic_store(&p->ready, true);
    pthread_mutex_unlock(&lock);
}

struct matcher *matcher_new(void)
{
    struct matcher *m = mem_new(1, sizeof *m);
    m->data = pcre2_match_data_create(1, NULL);
    m->context = pcre2_match_context_create(NULL);
    m->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
    if (m->data == NULL || m->context == NULL)
        mem_fail();
    pcre2_set_match_limit(m->context, MATCH_LIMIT);
    pcre2_set_depth_limit(m->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(m->context, HEAP_LIMIT_KIB);
    pcre2_jit_stack_assign(m->context, NULL, m->stack);
    return m;
}

void matcher_free(struct matcher *m)
{
    pcre2_jit_stack_free(m->stack);
    pcre2_match_context_free(m->context);
    pcre2_match_data_free(m->data);
    free(m);
}

enum pattern_result pattern_match(struct pattern *p, struct matcher *m, struct span subject)
{
    PCRE2_SPTR bytes = (PCRE2_SPTR)(subject.n > 0 ? subject.p : "");
    if (!atomic_load_explicit(&p->ready, memory_order_acquire))
        compile_once(p);
    int found = pcre2_match(p->code, bytes, subject.n, 0, PCRE2_NO_UTF_CHECK, m->data, m->context);
    return found >= 0 ? PATTERN_YES : found == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_LIMIT;
}

struct span matcher_found(const struct matcher *m, struct span subject)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(m->data);
    /* A \K in a lookahead can put the start after the end. */
    return ends[0] <= ends[1] ? span_make(subject.p + ends[0], ends[1] - ends[0])
                              : span_make(NULL, 0);
}

void pattern_free(struct pattern *p)
{
    pcre2_code_free(p->code);
    free(p);
}
