#include "classify/literals.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    DEPTH = 8,
    LEAST = 2,      /* bytes; shorter literals occur in nearly every text */
    TELLING = 4,    /* the worth from which on a clause rules out most texts */
    NOT_ASCII = 6,  /* the worth of a character outside ASCII: as rare as a word of 6 letters */
    RUN_FORMS = 64, /* of one run with optional and alternative parts */
};

struct parser {
    struct span pattern;
    size_t at;
    int depth;
    bool lost; /* the pattern has something that the parser does not understand */
};

/* How often an element occurs: 1, 0 or 1, 0 or more, 1 or more times. */
enum repeat { REPEAT_ONCE, REPEAT_OPTIONAL, REPEAT_MAYBE, REPEAT_OFTEN };

/* What is known of a part of a pattern. */
struct part {
    struct literal_way needs;
    bool plain;          /* the part matches one of `texts` and nothing else */
    struct clause texts; /* if plain */
};

/* Adjacent literals that the parser is reading, in all their forms: `e-?mail` has the forms `email`
 * and `e-mail`. */
struct run {
    struct clause forms;
    bool first, bound; /* it starts its branch; a word boundary is before it */
};

/* A branch that the parser is reading. */
struct branch {
    struct part *out;
    struct run run;
    struct clause character; /* the present character, as a text */
    bool first, bound;       /* as in struct run, for the place that the parser has reached */
};

static char peek(const struct parser *p)
{
    return p->at < p->pattern.n ? p->pattern.p[p->at] : '\0';
}

static bool at_end(const struct parser *p)
{
    return p->at >= p->pattern.n || p->lost;
}

static bool at_branch_end(const struct parser *p)
{
    return at_end(p) || peek(p) == '|' || peek(p) == ')';
}

static bool at_word_boundary(const struct parser *p)
{
    return p->at + 1 < p->pattern.n && p->pattern.p[p->at] == '\\' &&
           p->pattern.p[p->at + 1] == 'b';
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void copy_clause(struct clause *to, const struct clause *from)
{
    to->count = from->count;
    memcpy(to->literals, from->literals, from->count * sizeof *from->literals);
}

static void copy_way(struct literal_way *to, const struct literal_way *from)
{
    to->count = from->count;
    for (size_t i = 0; i < from->count; i++)
        copy_clause(&to->clauses[i], &from->clauses[i]);
}

/* Returns how selective a clause is: the length of its shortest literal and its word boundaries. */
static size_t worth(const struct clause *c)
{
    size_t least = c->count > 0 ? SIZE_MAX : 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct literal *l = &c->literals[i];
        size_t n = l->n < LEAST ? 0U : l->n + (size_t)l->bound_before + (size_t)l->bound_after;
        if (l->n > 0 && l->text[0] == LITERALS_NOT_ASCII)
            n = NOT_ASCII;
        least = n < least ? n : least;
    }
    return least;
}

static bool is_better(const struct clause *a, const struct clause *b)
{
    size_t ours = worth(a), theirs = worth(b);
    return ours > theirs || (ours == theirs && a->count < b->count);
}

/* Adds a clause, unless it occurs in nearly every text. If there is no room, it replaces the
 * poorest clause or is left out itself. */
static void add_clause(struct literal_way *w, const struct clause *clause)
{
    struct clause *place = &w->clauses[w->count];
    if (worth(clause) < LEAST)
        return;
    if (w->count == LITERALS_CLAUSES) {
        place = &w->clauses[0];
        for (size_t i = 1; i < w->count; i++)
            if (is_better(place, &w->clauses[i]))
                place = &w->clauses[i];
        if (!is_better(clause, place))
            return;
    } else {
        w->count++;
    }
    copy_clause(place, clause);
}

static const struct clause *best_clause(const struct literal_way *w)
{
    const struct clause *best = &w->clauses[0];
    for (size_t i = 1; i < w->count; i++)
        if (is_better(&w->clauses[i], best))
            best = &w->clauses[i];
    return best;
}

/* Reads {2}, {2,} or {2,5}. Any other brace is a letter in one version of PCRE2 and a count in
 * another. */
static enum repeat parse_counts(struct parser *p)
{
    enum repeat repeat =
        p->at + 1 < p->pattern.n && p->pattern.p[p->at + 1] == '0' ? REPEAT_MAYBE : REPEAT_OFTEN;
    size_t digits = 0;
    for (p->at++; isdigit((unsigned char)peek(p)); p->at++)
        digits++;
    if (peek(p) == ',')
        for (p->at++; isdigit((unsigned char)peek(p));)
            p->at++;
    p->lost = p->lost || digits == 0 || peek(p) != '}';
    p->at++;
    return repeat;
}

static enum repeat parse_quantifier(struct parser *p)
{
    enum repeat repeat;
    char c = peek(p);
    if (c == '?') {
        repeat = REPEAT_OPTIONAL;
        p->at++;
    } else if (c == '*') {
        repeat = REPEAT_MAYBE;
        p->at++;
    } else if (c == '+') {
        repeat = REPEAT_OFTEN;
        p->at++;
    } else if (c == '{') {
        repeat = parse_counts(p);
    } else {
        return REPEAT_ONCE;
    }
    if (peek(p) == '?' || peek(p) == '+')
        p->at++; /* lazy or possessive */
    return repeat;
}

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

/* Reads an element of one character. Returns it, or NUL if the element is not a literal. */
static char parse_literal(struct parser *p)
{
    unsigned char c = (unsigned char)peek(p);
    p->at++;
    if (c >= 0x80) {
        struct span from = span_make(p->pattern.p + p->at - 1, p->pattern.n - p->at + 1);
        while ((peek(p) & 0xc0) == 0x80)
            p->at++;
        /* U+017F and U+212A equal s and k if case is ignored, so they can match ASCII. */
        p->lost = p->lost || (from.n >= 2 && memcmp(from.p, "\xc5\xbf", 2) == 0) ||
                  (from.n >= 3 && memcmp(from.p, "\xe2\x84\xaa", 3) == 0);
        return LITERALS_NOT_ASCII;
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

/* Starts a run as one empty form. */
static void start_run(struct branch *b)
{
    b->run.forms.count = 1;
    b->run.forms.literals[0] = (struct literal){.n = 0};
    b->run.first = b->first;
    b->run.bound = b->bound;
}

/* Keeps the forms of the run as a clause, with what is known about their ends. */
static void keep_run(struct branch *b, bool last, bool bound)
{
    for (size_t i = 0; i < b->run.forms.count; i++) {
        struct literal *l = &b->run.forms.literals[i];
        bool whole = l->n < LITERALS_LENGTH;
        l->first = b->run.first;
        l->last = last && whole;
        l->bound_before = b->run.bound && is_word(l->text[0]);
        l->bound_after = bound && whole && l->n > 0 && is_word(l->text[l->n - 1]);
    }
    add_clause(&b->out->needs, &b->run.forms);
}

/* Ends the run before an element that is not a literal. */
static void break_run(struct branch *b)
{
    keep_run(b, false, false);
    b->out->plain = false;
    b->first = b->bound = false;
    start_run(b);
}

static void append(struct literal *l, const char *text, size_t n)
{
    if (n > LITERALS_LENGTH - (size_t)l->n)
        n = LITERALS_LENGTH - (size_t)l->n;
    memcpy(l->text + l->n, text, n);
    l->n = (unsigned char)(l->n + n);
}

/* Appends each of `texts` to each form; if `optional`, keeps each form without them as well.
 * Returns false, and changes nothing, if that makes too many forms. */
static bool multiply(struct branch *b, const struct clause *texts, bool optional)
{
    struct clause *forms = &b->run.forms;
    size_t count = forms->count, times = texts->count + optional;
    if (count * times > RUN_FORMS)
        return false;
    for (size_t t = times; t-- > 0;)
        for (size_t i = 0; i < count; i++) {
            struct literal *l = &forms->literals[t * count + i];
            *l = forms->literals[i];
            if (t < texts->count)
                append(l, texts->literals[t].text, texts->literals[t].n);
        }
    forms->count = count * times;
    return true;
}

static void parse_alternation(struct parser *p, struct part *out);

/* Adds the clauses of a group. The literals at its ends get what is known about the places before
 * and after the group. */
static void join_group(struct literal_way *out, struct literal_way *group,
                       const struct literal *around)
{
    for (size_t i = 0; i < group->count; i++) {
        for (size_t j = 0; j < group->clauses[i].count; j++) {
            struct literal *l = &group->clauses[i].literals[j];
            l->bound_before =
                l->bound_before || (l->first && around->bound_before && is_word(l->text[0]));
            l->bound_after =
                l->bound_after || (l->last && around->bound_after && is_word(l->text[l->n - 1]));
            l->first = l->first && around->first;
            l->last = l->last && around->last;
        }
        add_clause(out, &group->clauses[i]);
    }
}

static bool run_is_empty(const struct branch *b)
{
    return b->run.forms.count == 1 && b->run.forms.literals[0].n == 0;
}

/* Appends a group of plain texts to the run. Of any other group, keeps what it needs. */
static void add_group(struct parser *p, struct branch *b, struct part *group, enum repeat repeat)
{
    if (group->plain && repeat <= REPEAT_OPTIONAL) {
        if (multiply(b, &group->texts, repeat == REPEAT_OPTIONAL))
            return;
        if (!run_is_empty(b)) {
            break_run(b);
            if (repeat == REPEAT_ONCE && multiply(b, &group->texts, false))
                return;
        }
    }
    bool here = run_is_empty(b);
    struct literal around = {.first = here && b->first,
                             .bound_before = here && b->bound,
                             .bound_after = at_word_boundary(p),
                             .last = at_branch_end(p)};
    if (repeat == REPEAT_OFTEN)
        around = (struct literal){0}; /* the first and the last repetition can differ */
    break_run(b);
    if (repeat == REPEAT_ONCE || repeat == REPEAT_OFTEN)
        join_group(&b->out->needs, &group->needs, &around);
}

/* Returns the length of `(?!` or `(?<!` at the present place, or 0. */
static size_t negative_look(const struct parser *p)
{
    struct span rest = span_make(p->pattern.p + p->at, p->pattern.n - p->at);
    if (rest.n >= 3 && memcmp(rest.p, "(?!", 3) == 0)
        return 3;
    return rest.n >= 4 && memcmp(rest.p, "(?<!", 4) == 0 ? 4 : 0;
}

/* Reads a negative look-around. The pattern matches no more texts with it than without it, so it is
 * passed over. */
static void parse_look(struct parser *p, struct branch *b)
{
    struct part *look = mem_resize(NULL, 1, sizeof *look);
    p->at += negative_look(p);
    p->lost = p->lost || ++p->depth > DEPTH;
    if (!p->lost)
        parse_alternation(p, look);
    p->depth--;
    p->at++;
    p->lost = p->lost || parse_quantifier(p) != REPEAT_ONCE;
    break_run(b);
    free(look);
}

/* Reads (...) or (?:...). The parser does not understand other groups. */
static void parse_group(struct parser *p, struct branch *b)
{
    struct part *group = mem_resize(NULL, 1, sizeof *group);
    group->needs.count = 0;
    group->plain = false;
    p->at++;
    p->lost = p->lost || peek(p) == '*'; /* a verb */
    if (peek(p) == '?') {
        p->lost = p->lost || p->at + 1 >= p->pattern.n || p->pattern.p[p->at + 1] != ':';
        p->at += 2;
    }
    p->lost = p->lost || ++p->depth > DEPTH;
    if (!p->lost)
        parse_alternation(p, group);
    p->depth--;
    p->at++;
    add_group(p, b, group, parse_quantifier(p));
    free(group);
}

/* Reads one character and its quantifier. */
static void parse_character(struct parser *p, struct branch *b)
{
    char c = parse_literal(p);
    enum repeat repeat = parse_quantifier(p);
    struct clause *text = &b->character;
    text->count = 1;
    text->literals[0] = (struct literal){.text = {c}, .n = 1};
    if (c == '\0' || c == LITERALS_NOT_ASCII || repeat == REPEAT_MAYBE)
        break_run(b);
    if (c == '\0' || repeat == REPEAT_MAYBE)
        return;
    if (!multiply(b, text, repeat == REPEAT_OPTIONAL)) {
        break_run(b);
        if (repeat == REPEAT_ONCE || repeat == REPEAT_OFTEN)
            multiply(b, text, false);
    }
    if (c == LITERALS_NOT_ASCII || repeat == REPEAT_OFTEN)
        break_run(b);
}

/* Reads a word boundary. It bounds the end of the run, and starts the next one. */
static void parse_boundary(struct parser *p, struct branch *b)
{
    bool empty = run_is_empty(b);
    keep_run(b, false, true);
    p->at += 2;
    p->lost = p->lost || parse_quantifier(p) != REPEAT_ONCE;
    b->first = b->first && empty;
    b->bound = true;
    b->out->plain = false;
    start_run(b);
}

/* Reads a sequence up to | or ), and keeps what each of its parts requires. */
static void parse_branch(struct parser *p, struct part *out)
{
    struct branch *b = mem_resize(NULL, 1, sizeof *b); /* large, so not zeroed */
    b->out = out;
    b->first = true;
    b->bound = false;
    out->needs.count = 0;
    out->plain = true;
    start_run(b);
    while (!at_branch_end(p)) {
        if (at_word_boundary(p)) {
            parse_boundary(p, b);
        } else if (negative_look(p) > 0) {
            parse_look(p, b);
        } else if (peek(p) == '(') {
            parse_group(p, b);
        } else if (peek(p) == '[') {
            break_run(b);
            skip_class(p);
            parse_quantifier(p);
        } else {
            parse_character(p, b);
        }
    }
    for (size_t i = 0; i < b->run.forms.count; i++)
        out->plain = out->plain && b->run.forms.literals[i].n < LITERALS_LENGTH;
    copy_clause(&out->texts, &b->run.forms);
    keep_run(b, true, false);
    free(b);
}

/* Adds the literals of a branch to those of its alternation; false if it has none or too many. */
static bool join_clause(struct clause *all, const struct clause *branch)
{
    if (branch->count == 0 || all->count + branch->count > LITERALS_LITERALS)
        return false;
    memcpy(all->literals + all->count, branch->literals, branch->count * sizeof *branch->literals);
    all->count += branch->count;
    return true;
}

/* Reads branches up to ) or the end. They give one clause, of the best clause of each; if all of
 * them are plain, also the texts of all. */
static void parse_alternation(struct parser *p, struct part *out)
{
    parse_branch(p, out);
    if (peek(p) != '|' || at_end(p))
        return;
    struct part *branch = mem_resize(NULL, 1, sizeof *branch);
    struct clause *all = mem_resize(NULL, 1, sizeof *all);
    all->count = 0;
    bool whole = out->needs.count > 0 && join_clause(all, best_clause(&out->needs));
    while (peek(p) == '|' && !at_end(p)) {
        p->at++;
        parse_branch(p, branch);
        whole = whole && branch->needs.count > 0 && join_clause(all, best_clause(&branch->needs));
        out->plain = out->plain && branch->plain && join_clause(&out->texts, &branch->texts);
    }
    out->needs.count = 0;
    if (whole)
        add_clause(&out->needs, all);
    free(branch);
    free(all);
}

/* Drops clauses that rule out too few texts, unless no other is better. */
static void drop_poor_clauses(struct literal_way *w)
{
    size_t best = w->count > 0 ? worth(best_clause(w)) : 0, kept = 0;
    for (size_t i = 0; i < w->count; i++)
        if (worth(&w->clauses[i]) >= TELLING || worth(&w->clauses[i]) == best) {
            if (kept != i)
                copy_clause(&w->clauses[kept], &w->clauses[i]);
            kept++;
        }
    w->count = kept;
}

static void put_best_first(struct literal_way *w)
{
    size_t best = (size_t)(best_clause(w) - w->clauses);
    if (best == 0)
        return;
    struct clause *kept = mem_resize(NULL, 1, sizeof *kept);
    copy_clause(kept, &w->clauses[0]);
    copy_clause(&w->clauses[0], &w->clauses[best]);
    copy_clause(&w->clauses[best], kept);
    free(kept);
}

size_t literals_find(struct span pattern, struct literal_way ways[LITERALS_WAYS])
{
    struct parser p = {.pattern = pattern};
    struct part *part = mem_resize(NULL, 1, sizeof *part);
    size_t count = 0;
    bool each = true; /* each way has a clause, and there is room for all ways */
    do {
        parse_branch(&p, part);
        drop_poor_clauses(&part->needs);
        put_best_first(&part->needs);
        each = each && part->needs.count > 0 && count < LITERALS_WAYS;
        if (each)
            copy_way(&ways[count++], &part->needs);
    } while (peek(&p) == '|' && !at_end(&p) && ++p.at > 0);
    bool whole = !p.lost && p.at >= pattern.n;
    if (whole && !each) {
        p = (struct parser){.pattern = pattern};
        parse_alternation(&p, part);
        drop_poor_clauses(&part->needs);
        put_best_first(&part->needs);
        copy_way(&ways[0], &part->needs);
        count = part->needs.count > 0;
    }
    free(part);
    return whole ? count : 0;
}
