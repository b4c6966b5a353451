#include "classify/prefilter.h"

#include "base/ascii.h"
#include "base/hash.h"
#include "base/mem.h"
#include "classify/literals.h"

#include <ctype.h>
#include <stdlib.h>

enum {
    NONE = 0,
    ROOT = 0,
    BITS = 64,
    HAS_WORDS = 0x8000, /* a flag of an entry in `go`, beside the state's number */
    MOST_STATES = 0x7fff,
    BUCKETS = 4096,
    HEAD = 10, /* bytes of a word that the automaton knows; with 8, more are compared in vain */
    BEFORE = 1,
    AFTER = 2,
    BOUNDS = 4, /* how many sums of BEFORE and AFTER there are, and of none of them */
};

/* The bytes of a literal. Patterns that require the same bytes share the word, even if they require
 * other boundaries around it. */
struct word {
    uint32_t next; /* another word with the same head or a suffix of it: number + 1, or NONE */
    uint32_t first, count; /* its places in `uses` */
    struct literal literal;
    unsigned char asked; /* the boundaries that patterns require: bit BEFORE + AFTER, say */
};

/* A term, and a way to match a pattern that is checked if the term occurs, because it is in the
 * way's first clause. A term is a word and the boundaries that the pattern requires around it:
 * the word's number * BOUNDS + BEFORE + AFTER. */
struct use {
    uint32_t term, way;
};

/* A clause: terms of which one must occur. */
struct need {
    uint32_t first, count; /* in `needed` */
};

struct way {
    uint32_t pattern;
    uint32_t first, count; /* its clauses after the first, in `needs` */
};

struct pattern_entry {
    int group;
    bool free; /* it may match any text */
};

struct prefilter {
    unsigned char classes[256]; /* of bytes, both cases alike; 0: not in any literal */
    bool word_bytes[256];
    uint32_t class_count;
    /* The next state, at state * class_count + class. It has 16 bits, because a scan is fast only
     * if the cache holds this table. */
    uint16_t *go;
    uint32_t *words; /* a state's first word + 1, those of its suffixes included */
    size_t states, go_room, words_room;
    struct word *list;
    uint32_t buckets[BUCKETS]; /* before the build: the words by their hash, linked by `next` */
    size_t list_count, list_room;
    struct use *uses; /* sorted by term once built */
    size_t use_count, use_room;
    struct way *ways;
    size_t way_count, way_room;
    struct need *needs;
    size_t need_count, need_room;
    uint32_t *needed; /* terms */
    size_t needed_count, needed_room;
    struct pattern_entry *patterns;
    size_t pattern_count, pattern_room;
    uint64_t *free_groups; /* bits */
    size_t group_words, group_room;
};

/* What is known of a word. `met` holds for the text of the number `scan` only: a bit for each sum
 * of boundaries that the word met, at one place or another. */
struct sight {
    uint32_t scan, met;
};

/* What one thread found in its present text. `seen` and `possible` keep the number of a text
 * instead of a flag, so that they need not be cleared for the next text. */
struct prefilter_scan {
    const struct prefilter *filter;
    uint32_t scan;      /* number of the present text */
    struct sight *seen; /* for each word, in the last text that had it */
    uint32_t *found;    /* the words of this text that have uses */
    size_t found_count;
    uint32_t *possible; /* for each pattern, the last text that it may match */
    uint64_t *groups;   /* bits: the groups that may match */
    bool all;           /* the automaton cannot judge this text, so all may match */
};

static bool is_word_byte(unsigned char c)
{
    return c < 0x80 && (isalnum(c) || c == '_');
}

static size_t head_length(const struct literal *l)
{
    return l->n < HEAD ? l->n : HEAD;
}

struct prefilter *prefilter_new(void)
{
    return mem_new(1, sizeof(struct prefilter));
}

static void grow_groups(struct prefilter *f, int group)
{
    size_t need = (size_t)group / BITS + 1;
    if (need <= f->group_words)
        return;
    f->free_groups = mem_grow(f->free_groups, &f->group_room, need, sizeof *f->free_groups);
    memset(f->free_groups + f->group_words, 0, (need - f->group_words) * sizeof *f->free_groups);
    f->group_words = need;
}

void prefilter_add_free_group(struct prefilter *f, int group)
{
    grow_groups(f, group);
    f->free_groups[group / BITS] |= UINT64_C(1) << group % BITS;
}

static bool same_literal(const struct literal *a, const struct literal *b)
{
    return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
}

/* Returns the number of the word for a literal, which it adds if it is new. */
static uint32_t find_word(struct prefilter *f, const struct literal *literal)
{
    uint64_t hash = hash_more(HASH_START, span_make(literal->text, literal->n));
    uint32_t *bucket = &f->buckets[(hash ^ hash >> 32) % BUCKETS];
    for (uint32_t w = *bucket; w != NONE; w = f->list[w - 1].next)
        if (same_literal(&f->list[w - 1].literal, literal))
            return w - 1;
    f->list = mem_grow(f->list, &f->list_room, f->list_count + 1, sizeof *f->list);
    f->list[f->list_count] = (struct word){.next = *bucket, .literal = *literal};
    *bucket = (uint32_t)++f->list_count;
    return *bucket - 1;
}

static uint32_t find_term(struct prefilter *f, const struct literal *literal)
{
    uint32_t word = find_word(f, literal);
    unsigned bounds = (literal->bound_before ? BEFORE : 0U) + (literal->bound_after ? AFTER : 0U);
    f->list[word].asked |= (unsigned char)(1U << bounds);
    return word * BOUNDS + bounds;
}

/* Adds the way to the uses of each word of its first clause. */
static void add_uses(struct prefilter *f, const struct clause *clause)
{
    for (size_t i = 0; i < clause->count; i++) {
        f->uses = mem_grow(f->uses, &f->use_room, f->use_count + 1, sizeof *f->uses);
        f->uses[f->use_count++] =
            (struct use){find_term(f, &clause->literals[i]), (uint32_t)f->way_count};
    }
}

static void add_need(struct prefilter *f, const struct clause *clause)
{
    f->needs = mem_grow(f->needs, &f->need_room, f->need_count + 1, sizeof *f->needs);
    f->needs[f->need_count++] = (struct need){(uint32_t)f->needed_count, (uint32_t)clause->count};
    f->needed =
        mem_grow(f->needed, &f->needed_room, f->needed_count + clause->count, sizeof *f->needed);
    for (size_t i = 0; i < clause->count; i++)
        f->needed[f->needed_count++] = find_term(f, &clause->literals[i]);
}

static void add_way(struct prefilter *f, const struct literal_way *required)
{
    const struct way way = {(uint32_t)f->pattern_count, (uint32_t)f->need_count,
                            (uint32_t)required->count - 1};
    add_uses(f, &required->clauses[0]);
    for (size_t i = 1; i < required->count; i++)
        add_need(f, &required->clauses[i]);
    f->ways = mem_grow(f->ways, &f->way_room, f->way_count + 1, sizeof *f->ways);
    f->ways[f->way_count++] = way;
}

static void set_free(struct prefilter *f, size_t pattern)
{
    f->patterns[pattern].free = true;
    if (f->patterns[pattern].group != PREFILTER_NO_GROUP)
        prefilter_add_free_group(f, f->patterns[pattern].group);
}

size_t prefilter_add(struct prefilter *f, struct span pattern, int group)
{
    struct literal_way *ways = mem_resize(NULL, LITERALS_WAYS, sizeof *ways);
    size_t count = literals_find(pattern, ways);
    f->patterns =
        mem_grow(f->patterns, &f->pattern_room, f->pattern_count + 1, sizeof *f->patterns);
    f->patterns[f->pattern_count] = (struct pattern_entry){.group = group};
    if (group != PREFILTER_NO_GROUP)
        grow_groups(f, group);
    if (count == 0)
        set_free(f, f->pattern_count);
    for (size_t i = 0; i < count; i++)
        add_way(f, &ways[i]);
    free(ways);
    return f->pattern_count++;
}

/* Gives each byte that a literal has a class of its own. All bytes outside ASCII share one, that of
 * the mark. */
static void make_classes(struct prefilter *f)
{
    bool used[256] = {false};
    for (size_t i = 0; i < f->list_count; i++)
        for (size_t j = 0; j < f->list[i].literal.n; j++)
            used[(unsigned char)f->list[i].literal.text[j]] = true;
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
    for (unsigned c = 0; c < 256; c++)
        f->word_bytes[c] = is_word_byte((unsigned char)c);
}

static uint16_t new_state(struct prefilter *f)
{
    size_t need = (f->states + 1) * f->class_count, old = f->states * f->class_count;
    f->go = mem_grow(f->go, &f->go_room, need, sizeof *f->go);
    f->words = mem_grow(f->words, &f->words_room, f->states + 1, sizeof *f->words);
    memset(f->go + old, 0, f->class_count * sizeof *f->go);
    f->words[f->states] = NONE;
    return (uint16_t)f->states++;
}

/* False if the automaton is full. */
static bool add_word(struct prefilter *f, uint32_t number)
{
    const struct literal *literal = &f->list[number].literal;
    size_t state = ROOT;
    if (f->states + HEAD > MOST_STATES)
        return false;
    for (size_t i = 0; i < head_length(literal); i++) {
        size_t at = state * f->class_count + f->classes[(unsigned char)literal->text[i]];
        if (f->go[at] == ROOT) {
            uint16_t made = new_state(f); /* moves f->go, so it is called first */
            f->go[at] = made;
        }
        state = f->go[at];
    }
    f->list[number].next = f->words[state];
    f->words[state] = number + 1;
    return true;
}

/* Links the words of `suffix` after those of `state`. */
static void append_words(struct prefilter *f, size_t state, size_t suffix)
{
    uint32_t *last = &f->words[state];
    while (*last != NONE)
        last = &f->list[*last - 1].next;
    *last = f->words[suffix];
}

/* Sets where each state goes after a mismatch, breadth first, so that a scan needs one look-up for
 * each byte. */
static void link_states(struct prefilter *f)
{
    uint16_t *queue = mem_new(f->states, sizeof *queue), *fail = mem_new(f->states, sizeof *fail);
    size_t first = 0, last = 0;
    for (size_t c = 0; c < f->class_count; c++)
        if (f->go[c] != ROOT)
            queue[last++] = f->go[c];
    while (first < last) {
        size_t state = queue[first++];
        for (size_t c = 0; c < f->class_count; c++) {
            uint16_t *next = &f->go[state * f->class_count + c];
            uint16_t fallen = f->go[fail[state] * f->class_count + c];
            if (*next == ROOT) {
                *next = fallen;
                continue;
            }
            fail[*next] = fallen;
            append_words(f, *next, fallen);
            queue[last++] = *next;
        }
    }
    for (size_t i = 0; i < f->states * f->class_count; i++)
        if (f->words[f->go[i]] != NONE)
            f->go[i] |= HAS_WORDS;
    free(queue);
    free(fail);
}

static int by_term(const void *a, const void *b)
{
    const struct use *left = a, *right = b;
    return left->term < right->term ? -1 : left->term > right->term;
}

static void sort_uses(struct prefilter *f)
{
    if (f->use_count > 0)
        qsort(f->uses, f->use_count, sizeof *f->uses, by_term);
    for (size_t i = 0; i < f->use_count; i++)
        if (f->list[f->uses[i].term / BOUNDS].count++ == 0)
            f->list[f->uses[i].term / BOUNDS].first = (uint32_t)i;
}

static bool way_needs(const struct prefilter *f, const struct way *way, uint32_t word)
{
    for (size_t i = way->first; i < way->first + way->count; i++)
        for (size_t j = 0; j < f->needs[i].count; j++)
            if (f->needed[f->needs[i].first + j] / BOUNDS == word)
                return true;
    return false;
}

/* Lets the patterns that require a word match any text, because the automaton cannot see it. */
static void forget_word(struct prefilter *f, uint32_t word)
{
    for (size_t i = 0; i < f->use_count; i++)
        if (f->uses[i].term / BOUNDS == word)
            set_free(f, f->ways[f->uses[i].way].pattern);
    for (size_t i = 0; i < f->way_count; i++)
        if (way_needs(f, &f->ways[i], word))
            set_free(f, f->ways[i].pattern);
}

void prefilter_build(struct prefilter *f)
{
    grow_groups(f, 0);
    make_classes(f);
    new_state(f);
    for (uint32_t i = 0; i < f->list_count; i++)
        if (!add_word(f, i))
            forget_word(f, i);
    link_states(f);
    sort_uses(f);
}

void prefilter_free(struct prefilter *f)
{
    free(f->go);
    free(f->words);
    free(f->list);
    free(f->uses);
    free(f->ways);
    free(f->needs);
    free(f->needed);
    free(f->patterns);
    free(f->free_groups);
    free(f);
}

struct prefilter_scan *prefilter_scan_new(const struct prefilter *f)
{
    struct prefilter_scan *s = mem_new(1, sizeof *s);
    s->filter = f;
    s->seen = mem_new(f->list_count + 1, sizeof *s->seen);
    s->found = mem_new(f->list_count + 1, sizeof *s->found);
    s->possible = mem_new(f->pattern_count + 1, sizeof *s->possible);
    s->groups = mem_new(f->group_words + 1, sizeof *s->groups);
    return s;
}

/* True if the text has U+017F or U+212A. These match s and k if case is ignored, so a missing
 * literal proves nothing. */
static bool has_odd_case(struct span text)
{
    return memmem(text.p, text.n, "\xc5\xbf", 2) != NULL ||
           memmem(text.p, text.n, "\xe2\x84\xaa", 3) != NULL;
}

/* True if the whole literal is at byte `start` of the text. The automaton has already seen its
 * head. */
static bool literal_is_at(const struct literal *l, struct span text, size_t start)
{
    size_t end = start + l->n;
    if (end > text.n)
        return false;
    for (size_t i = HEAD; i < l->n; i++)
        if (tolower((unsigned char)text.p[start + i]) != l->text[i])
            return false;
    return true;
}

/* Returns bits for the sums of boundaries that the text has around the bytes from `start` to
 * `end`. */
static unsigned bounds_around(const struct prefilter *f, struct span text, size_t start, size_t end)
{
    static const unsigned char met[BOUNDS] = {0x1, 0x3, 0x5, 0xf};
    bool before = start == 0 || !f->word_bytes[(unsigned char)text.p[start - 1]];
    bool after = end == text.n || !f->word_bytes[(unsigned char)text.p[end]];
    return met[(before ? BEFORE : 0) + (after ? AFTER : 0)];
}

static void set_possible(struct prefilter_scan *s, uint32_t pattern)
{
    int group = s->filter->patterns[pattern].group;
    s->possible[pattern] = s->scan;
    if (group != PREFILTER_NO_GROUP)
        s->groups[group / BITS] |= UINT64_C(1) << group % BITS;
}

static bool is_seen(const struct prefilter_scan *s, uint32_t term)
{
    const struct sight *sight = &s->seen[term / BOUNDS];
    return sight->scan == s->scan && (sight->met >> term % BOUNDS & 1) != 0;
}

static bool is_met(const struct prefilter_scan *s, const struct need *need)
{
    const uint32_t *terms = s->filter->needed + need->first;
    for (size_t i = 0; i < need->count; i++)
        if (is_seen(s, terms[i]))
            return true;
    return false;
}

/* Notes the patterns that have all that they require, among those whose first clause has the word.
 * With all clauses and word boundaries checked, PCRE2 tries 2.1 patterns a reply; with one clause
 * of each pattern it tried 12. */
static void use_word(struct prefilter_scan *s, const struct word *word)
{
    const struct prefilter *f = s->filter;
    for (const struct use *u = f->uses + word->first, *end = u + word->count; u < end; u++) {
        const struct way *way = &f->ways[u->way];
        size_t met = 0;
        if (!is_seen(s, u->term))
            continue;
        while (met < way->count && is_met(s, &f->needs[way->first + met]))
            met++;
        if (met == way->count)
            set_possible(s, way->pattern);
    }
}

/* Notes a word that is in the text with boundaries that a pattern requires. */
static void note_word(struct prefilter_scan *s, uint32_t number, unsigned met)
{
    struct sight *sight = &s->seen[number];
    if (sight->scan != s->scan) {
        *sight = (struct sight){.scan = s->scan};
        if (s->filter->list[number].count > 0)
            s->found[s->found_count++] = number;
    }
    sight->met |= met;
}

/* Notes the words whose head ends at byte `at` of the text. */
__attribute__((noinline)) static void find_words(struct prefilter_scan *s, size_t state,
                                                 struct span text, size_t at)
{
    const struct prefilter *f = s->filter;
    for (uint32_t next, w = f->words[state]; w != NONE; w = next) {
        const struct word *word = &f->list[w - 1];
        const struct literal *l = &word->literal;
        const struct sight *sight = &s->seen[w - 1];
        next = word->next;
        size_t start = at + 1 - head_length(l);
        if ((sight->scan == s->scan && (word->asked & ~sight->met) == 0) ||
            !literal_is_at(l, text, start))
            continue;
        unsigned met = bounds_around(f, text, start, start + l->n) & word->asked;
        if (met != 0)
            note_word(s, w - 1, met);
    }
}

/* Numbers the next text. After 4 billion texts, erases the old numbers and starts again. */
static void next_scan(struct prefilter_scan *s)
{
    if (++s->scan != 0)
        return;
    memset(s->seen, 0, s->filter->list_count * sizeof *s->seen);
    memset(s->possible, 0, s->filter->pattern_count * sizeof *s->possible);
    s->scan = 1;
}

static inline size_t step(struct prefilter_scan *s, size_t state, struct span text, size_t at)
{
    const struct prefilter *f = s->filter;
    uint16_t next = f->go[state * f->class_count + f->classes[(unsigned char)text.p[at]]];
    state = next & MOST_STATES;
    if ((next & HAS_WORDS) != 0)
        find_words(s, state, text, at);
    return state;
}

/*
 * Walks four parts of the text side by side, because a step waits for the memory that the step
 * before it loads. Each part but the last goes on into the next one by HEAD - 1 bytes, as far as
 * the head of a word that begins in it can reach. A word that is found twice counts once.
 */
static void walk(struct prefilter_scan *s, struct span text)
{
    size_t a = ROOT, b = ROOT, c = ROOT, d = ROOT;
    size_t part = text.n / 4, overlap = HEAD - 1;
    if (part < overlap)
        part = overlap = 0;
    for (size_t i = 0; i < part; i++) {
        a = step(s, a, text, i);
        b = step(s, b, text, part + i);
        c = step(s, c, text, 2 * part + i);
        d = step(s, d, text, 3 * part + i);
    }
    for (size_t i = part; i < part + overlap; i++) {
        a = step(s, a, text, i);
        b = step(s, b, text, part + i);
        c = step(s, c, text, 2 * part + i);
    }
    for (size_t i = 4 * part; i < text.n; i++)
        d = step(s, d, text, i);
}

void prefilter_scan_text(struct prefilter_scan *s, struct span text)
{
    const struct prefilter *f = s->filter;
    next_scan(s);
    s->found_count = 0;
    walk(s, text);
    memcpy(s->groups, f->free_groups, f->group_words * sizeof *s->groups);
    for (size_t i = 0; i < s->found_count; i++)
        use_word(s, &f->list[s->found[i]]);
    s->all = !span_is_ascii(text) && has_odd_case(text);
    if (s->all)
        memset(s->groups, 0xff, f->group_words * sizeof *s->groups);
}

bool prefilter_scan_may_match(const struct prefilter_scan *s, size_t pattern)
{
    return s->all || s->filter->patterns[pattern].free || s->possible[pattern] == s->scan;
}

int prefilter_scan_next_group(const struct prefilter_scan *s, int group)
{
    for (size_t word = (size_t)group / BITS; word < s->filter->group_words; word++) {
        uint64_t bits = s->groups[word];
        if (word == (size_t)group / BITS)
            bits &= ~UINT64_C(0) << group % BITS;
        if (bits != 0)
            return (int)(word * BITS) + __builtin_ctzll(bits);
    }
    return -1;
}

void prefilter_scan_free(struct prefilter_scan *s)
{
    free(s->seen);
    free(s->found);
    free(s->possible);
    free(s->groups);
    free(s);
}
