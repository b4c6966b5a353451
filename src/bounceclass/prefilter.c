#include "prefilter.h"

#include "mem.h"
#include "required.h"

#include <ctype.h>
#include <stdlib.h>

enum { NONE = 0, ROOT = 0, OTHER = 0 /* the class of bytes that stand in no literal */ };

/* A literal that ends at a state, and the pattern that requires it. */
struct output {
    uint32_t pattern;
    uint32_t next; /* number in the list + 1, NONE at its end */
};

struct prefilter {
    unsigned char classes[256]; /* of bytes, both cases alike */
    uint32_t class_count;
    uint32_t *go;      /* state * class_count + class: the next state */
    uint32_t *outputs; /* a state's first output + 1, those of its suffixes included */
    size_t states, go_room, output_room;
    struct output *list;
    size_t list_count, list_room;
    struct required *required; /* of each pattern, until it is built */
    uint64_t
        *seen; /* the scan in which a pattern's literal was seen last; SIZE_MAX: it needs none */
    size_t patterns, pattern_room, seen_room;
    uint64_t scan;
    bool all; /* this text is not for the automaton */
};

struct prefilter *prefilter_new(void)
{
    return mem_new(1, sizeof(struct prefilter));
}

size_t prefilter_add(struct prefilter *f, struct span pattern)
{
    f->required = mem_grow(f->required, &f->pattern_room, f->patterns + 1, sizeof *f->required);
    f->seen = mem_grow(f->seen, &f->seen_room, f->patterns + 1, sizeof *f->seen);
    required_find(pattern, &f->required[f->patterns]);
    f->seen[f->patterns] = f->required[f->patterns].count == 0 ? UINT64_MAX : 0;
    return f->patterns++;
}

/* A class for each byte that stands in a literal. Bytes above ASCII are one: the marker. */
static void make_classes(struct prefilter *f)
{
    bool used[256] = {false};
    for (size_t i = 0; i < f->patterns; i++)
        for (size_t j = 0; j < f->required[i].count; j++)
            for (const char *c = f->required[i].literals[j]; *c != '\0'; c++)
                used[(unsigned char)*c] = true;
    f->class_count = 1;
    for (unsigned c = 0; c < 128; c++)
        if (used[c])
            f->classes[c] = (unsigned char)f->class_count++;
    for (unsigned c = 0; c < 128; c++)
        if (isupper((int)c))
            f->classes[c] = f->classes[tolower((int)c)];
    for (unsigned c = 128; c < 256; c++)
        f->classes[c] = (unsigned char)f->class_count;
    f->class_count++;
}

static uint32_t new_state(struct prefilter *f)
{
    size_t need = (f->states + 1) * f->class_count, old = f->states * f->class_count;
    f->go = mem_grow(f->go, &f->go_room, need, sizeof *f->go);
    f->outputs = mem_grow(f->outputs, &f->output_room, f->states + 1, sizeof *f->outputs);
    memset(f->go + old, 0, f->class_count * sizeof *f->go);
    f->outputs[f->states] = NONE;
    return (uint32_t)f->states++;
}

static void add_literal(struct prefilter *f, const char *literal, size_t pattern)
{
    uint32_t state = ROOT;
    for (; *literal != '\0'; literal++) {
        size_t at = state * f->class_count + f->classes[(unsigned char)*literal];
        if (f->go[at] == ROOT) {
            uint32_t made = new_state(f); /* which moves the array */
            f->go[at] = made;
        }
        state = f->go[at];
    }
    f->list = mem_grow(f->list, &f->list_room, f->list_count + 1, sizeof *f->list);
    f->list[f->list_count++] = (struct output){(uint32_t)pattern, f->outputs[state]};
    f->outputs[state] = (uint32_t)f->list_count;
}

/* Puts the outputs of `suffix` behind those of `state`. */
static void append_outputs(struct prefilter *f, uint32_t state, uint32_t suffix)
{
    uint32_t *last = &f->outputs[state];
    while (*last != NONE)
        last = &f->list[*last - 1].next;
    *last = f->outputs[suffix];
}

/* Fills in where each state goes on after a mismatch, breadth first, so that scanning is one
 * look-up a byte. */
static void link_states(struct prefilter *f)
{
    uint32_t *queue = mem_new(f->states, sizeof *queue), *fail = mem_new(f->states, sizeof *fail);
    size_t first = 0, last = 0;
    for (uint32_t c = 0; c < f->class_count; c++)
        if (f->go[c] != ROOT)
            queue[last++] = f->go[c];
    while (first < last) {
        uint32_t state = queue[first++];
        for (uint32_t c = 0; c < f->class_count; c++) {
            uint32_t *next = &f->go[state * f->class_count + c];
            uint32_t fallen = f->go[fail[state] * f->class_count + c];
            if (*next == ROOT) {
                *next = fallen;
                continue;
            }
            fail[*next] = fallen;
            append_outputs(f, *next, fallen);
            queue[last++] = *next;
        }
    }
    free(queue);
    free(fail);
}

void prefilter_build(struct prefilter *f)
{
    make_classes(f);
    new_state(f);
    for (size_t i = 0; i < f->patterns; i++)
        for (size_t j = 0; j < f->required[i].count; j++)
            add_literal(f, f->required[i].literals[j], i);
    link_states(f);
    free(f->required);
    f->required = NULL;
}

/* U+017F and U+212A match s and k when case is ignored: then no literal says anything. */
static bool has_odd_case(struct span text)
{
    return memmem(text.p, text.n, "\xc5\xbf", 2) != NULL ||
           memmem(text.p, text.n, "\xe2\x84\xaa", 3) != NULL;
}

void prefilter_scan(struct prefilter *f, struct span text)
{
    uint32_t state = ROOT;
    bool ascii = true;
    f->scan++;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char byte = (unsigned char)text.p[i];
        ascii = ascii && byte < 0x80;
        state = f->go[state * f->class_count + f->classes[byte]];
        for (uint32_t o = f->outputs[state]; o != NONE; o = f->list[o - 1].next)
            if (f->seen[f->list[o - 1].pattern] < f->scan)
                f->seen[f->list[o - 1].pattern] = f->scan;
    }
    f->all = !ascii && has_odd_case(text);
}

bool prefilter_may_match(const struct prefilter *f, size_t pattern)
{
    return f->all || f->seen[pattern] >= f->scan;
}

void prefilter_free(struct prefilter *f)
{
    free(f->go);
    free(f->outputs);
    free(f->list);
    free(f->required);
    free(f->seen);
    free(f);
}
