#include "required.h"

#include "mem.h"

#include <ctype.h>
#include <stdlib.h>

enum { DEPTH = 8, LEAST = 2 /* shorter literals stand in nearly every text */ };

struct parser {
    struct span pattern;
    size_t at;
    int depth;
    bool lost; /* something that is not understood: no set can be trusted */
};

static char peek(const struct parser *p)
{
    return p->at < p->pattern.n ? p->pattern.p[p->at] : '\0';
}

static bool at_end(const struct parser *p)
{
    return p->at >= p->pattern.n || p->lost;
}

static size_t shortest(const struct required *r)
{
    size_t least = REQUIRED_LENGTH;
    for (size_t i = 0; i < r->count; i++) {
        bool marker =
            r->literals[i][0] == REQUIRED_NOT_ASCII; /* rare in texts: as good as a long word */
        size_t n = marker ? 6 : strlen(r->literals[i]);
        least = n < least ? n : least;
    }
    return r->count > 0 ? least : 0;
}

/* Keeps the better of two sets one of which is enough: the one whose shortest literal is longer,
 * then the smaller one. */
static void keep_better(struct required *best, const struct required *other)
{
    size_t ours = shortest(best), theirs = shortest(other);
    if (theirs >= LEAST && (theirs > ours || (theirs == ours && other->count < best->count)))
        *best = *other;
}

/* What follows an element: how often it occurs at least. */
static int take_quantifier(struct parser *p)
{
    int least = 1;
    char c = peek(p);
    if (c == '?' || c == '*') {
        least = 0;
        p->at++;
    } else if (c == '+') {
        least = 2; /* once or more: the run must end here */
        p->at++;
    } else if (c == '{') {
        least = p->at + 1 < p->pattern.n && p->pattern.p[p->at + 1] == '0' ? 0 : 2;
        const char *end = memchr(p->pattern.p + p->at, '}', p->pattern.n - p->at);
        p->lost = p->lost || end == NULL;
        p->at = end != NULL ? (size_t)(end - p->pattern.p) + 1 : p->pattern.n;
    } else {
        return least;
    }
    if (peek(p) == '?' || peek(p) == '+')
        p->at++; /* lazy or possessive */
    return least;
}

/* Passes over [...]. */
static void skip_class(struct parser *p)
{
    p->at++;
    if (peek(p) == '^')
        p->at++;
    if (peek(p) == ']')
        p->at++;
    while (!at_end(p) && peek(p) != ']') {
        p->lost = p->lost ||
                  (peek(p) == '[' && p->at + 1 < p->pattern.n && p->pattern.p[p->at + 1] == ':');
        p->at += peek(p) == '\\' ? 2 : 1;
    }
    p->at++;
}

/* The literal character at the parser, moved past; NUL where an element stands that is none. */
static char take_literal(struct parser *p)
{
    unsigned char c = (unsigned char)peek(p);
    p->at++;
    if (c >= 0x80) {
        while ((peek(p) & 0xc0) == 0x80)
            p->at++;
        /* U+017F and U+212A are caseless forms of s and k; lead bytes of their blocks are not
         * trusted. */
        p->lost = p->lost || c == 0xc5 ||
                  (c == 0xe2 && p->at >= 3 && (unsigned char)p->pattern.p[p->at - 2] == 0x84);
        return REQUIRED_NOT_ASCII;
    }
    if (c == '.' || c == '^' || c == '$')
        return '\0';
    if (c != '\\')
        return (char)tolower(c);
    c = (unsigned char)peek(p);
    p->at++;
    if (ispunct(c))
        return (char)c;
    p->lost = p->lost || strchr("bBdDwWsSAzZnrt", c) == NULL; /* \x, \p, \Q, back references ... */
    return '\0';
}

/* A run of literals that is being read. */
struct run {
    char text[REQUIRED_LENGTH + 1];
    size_t n;
};

static void end_run(struct run *run, struct required *best)
{
    struct required alone = {.count = run->n > 0};
    memcpy(alone.literals[0], run->text, run->n);
    alone.literals[0][run->n] = '\0';
    keep_better(best, &alone);
    run->n = 0;
}

static void add_to_run(struct run *run, char c, struct required *best)
{
    bool marker = c == REQUIRED_NOT_ASCII;
    if (marker || (run->n > 0 && run->text[0] == REQUIRED_NOT_ASCII))
        end_run(run, best);
    if (run->n < REQUIRED_LENGTH)
        run->text[run->n++] = c;
    if (marker)
        end_run(run, best);
}

static void take_alternation(struct parser *p, struct required *out);

/* (...) or (?:...); anything else that starts so is not understood. */
static void take_group(struct parser *p, struct required *best)
{
    struct required *group = mem_new(1, sizeof *group);
    p->at++;
    if (peek(p) == '?') {
        p->lost = p->lost || p->at + 1 >= p->pattern.n || p->pattern.p[p->at + 1] != ':';
        p->at += 2;
    }
    p->lost = p->lost || ++p->depth > DEPTH;
    if (!p->lost)
        take_alternation(p, group);
    p->depth--;
    p->at++;
    if (take_quantifier(p) > 0)
        keep_better(best, group);
    free(group);
}

/* One literal and what follows it. */
static void take_character(struct parser *p, struct run *run, struct required *best)
{
    char c = take_literal(p);
    int least = take_quantifier(p);
    if (c == '\0' || least == 0) {
        end_run(run, best);
        return;
    }
    add_to_run(run, c, best);
    if (least > 1)
        end_run(run, best);
}

/* A sequence up to | or ): the best set of any of its parts. */
static void take_branch(struct parser *p, struct required *best)
{
    struct run run = {.n = 0};
    best->count = 0;
    while (!at_end(p) && peek(p) != '|' && peek(p) != ')') {
        if (peek(p) == '(') {
            end_run(&run, best);
            take_group(p, best);
        } else if (peek(p) == '[') {
            end_run(&run, best);
            skip_class(p);
            take_quantifier(p);
        } else {
            take_character(p, &run, best);
        }
    }
    end_run(&run, best);
}

/* Adds a branch to an alternation: all must have a set, else there is none. */
static bool join(struct required *out, const struct required *branch)
{
    if (branch->count == 0 || out->count + branch->count > REQUIRED_LITERALS)
        return false;
    memcpy(out->literals[out->count], branch->literals, branch->count * sizeof branch->literals[0]);
    out->count += branch->count;
    return true;
}

static void take_alternation(struct parser *p, struct required *out)
{
    struct required *branch = mem_new(1, sizeof *branch);
    bool whole = true;
    out->count = 0;
    for (;;) {
        take_branch(p, branch);
        whole = join(out, branch) && whole;
        if (at_end(p) || peek(p) != '|')
            break;
        p->at++;
    }
    if (!whole)
        out->count = 0;
    free(branch);
}

void required_find(struct span pattern, struct required *out)
{
    struct parser p = {.pattern = pattern};
    take_alternation(&p, out);
    if (p.lost || p.at < pattern.n)
        out->count = 0;
}
