#include "classify/guards.h"

#include "base/hash.h"
#include "base/mem.h"
#include "classify/sentence.h"

#include <stdlib.h>

void guards_init(struct guards *g, const struct ruleset *set)
{
    *g = (struct guards){.set = set, .scan = prefilter_scan_new(set->guard_prefilter)};
}

static void fill(struct guards *g, struct guards_answer *a, struct matcher *m)
{
    struct span sentence = buf_span(&g->sentence);
    if (a->results == NULL)
        a->results = mem_new(g->set->guard_count, sizeof *a->results);
    buf_empty(&a->sentence);
    buf_add_span(&a->sentence, sentence);
    prefilter_scan_text(g->scan, sentence);
    for (size_t i = 0; i < g->set->guard_count; i++)
        a->results[i] = (unsigned char)rule_match_text(g->set->guards[i], g->scan, m, sentence);
}

const unsigned char *guards_ask(struct guards *g, struct matcher *m, struct span text)
{
    struct span sentence = sentence_make(&g->sentence, text);
    struct guards_answer *a = &g->answers[hash_more(HASH_START, sentence) % GUARDS_ANSWERS];
    if (a->results == NULL || !span_equal(buf_span(&a->sentence), sentence))
        fill(g, a, m);
    return a->results;
}

void guards_clear(struct guards *g)
{
    for (size_t i = 0; i < GUARDS_ANSWERS; i++) {
        buf_clear(&g->answers[i].sentence);
        free(g->answers[i].results);
    }
    buf_clear(&g->sentence);
    prefilter_scan_free(g->scan);
}
