#include "lib/rulefile.h"

#include "base/ascii.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/read_file.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

bool rule_problem_at(struct rule_problem *problem, const struct rulefile *f,
                     const struct rule_line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    *problem = (struct rule_problem){.file = f->name, .line = line->line, .column = line->column};
    vsnprintf(problem->what, sizeof problem->what, format, arguments);
    va_end(arguments);
    return false;
}

int rule_problem_say(const struct rule_problem *problem)
{
    err_at_column(problem->file, problem->line, problem->column, "%s", problem->what);
    return EX_CONFIG;
}

struct parse {
    struct rulefile *f;
    size_t count, line_room, block_room; /* lines so far; capacity of the arrays */
    size_t block_start;                  /* the first line of the block in progress */
};

static void end_block(struct parse *p)
{
    if (p->count == p->block_start)
        return;
    struct rulefile *f = p->f;
    f->blocks = mem_grow(f->blocks, &p->block_room, f->block_count + 1, sizeof *f->blocks);
    /* The lines may move while their array grows, so set_block_lines() sets the pointers later. */
    f->blocks[f->block_count++] = (struct rule_block){NULL, p->count - p->block_start};
    p->block_start = p->count;
}

static void add_line(struct parse *p, struct span line, size_t number)
{
    struct span text = span_trim(line), keyword, value = text;
    if (text.n == 0)
        end_block(p);
    if (text.n == 0 || text.p[0] == '#')
        return;
    span_next_word(&value, &keyword);
    const char *at = value.n > 0 ? value.p : keyword.p;
    p->f->lines = mem_grow(p->f->lines, &p->line_room, p->count + 1, sizeof *p->f->lines);
    p->f->lines[p->count++] = (struct rule_line){keyword, value, number, (size_t)(at - line.p) + 1};
}

static void set_block_lines(struct rulefile *f)
{
    struct rule_line *line = f->lines;
    for (size_t i = 0; i < f->block_count; i++) {
        f->blocks[i].lines = line;
        line += f->blocks[i].count;
    }
}

/* A rule file must show on a terminal all that it contains. */
static bool check_text(struct span line, size_t number, const struct rulefile *f,
                       struct rule_problem *problem)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    size_t text = escape_text_prefix(line);
    if (text == line.n)
        return true;
    struct rule_line at = {.line = number, .column = text + 1};
    return rule_problem_at(problem, f, &at,
                           "a control byte or invalid UTF-8; write the file as UTF-8 text");
}

bool rulefile_parse(struct rulefile *f, const char *name, char *bytes, size_t length,
                    struct rule_problem *problem)
{
    *f = (struct rulefile){.name = mem_copy(name, strlen(name)), .bytes = bytes, .length = length};
    struct parse p = {.f = f};
    struct span rest = span_make(bytes, length);
    bool good = true;
    for (size_t number = 1; good && rest.n > 0; number++) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        struct span line = span_make(rest.p, lf != NULL ? (size_t)(lf - rest.p) : rest.n);
        size_t taken = line.n + (lf != NULL);
        rest = span_make(rest.p + taken, rest.n - taken);
        good = check_text(line, number, f, problem);
        if (good)
            add_line(&p, line, number);
    }
    end_block(&p);
    set_block_lines(f);
    return good;
}

int rulefile_load(struct rulefile *f, const char *path)
{
    struct buf bytes = {0};
    struct rule_problem problem;
    *f = (struct rulefile){0};
    int status = read_file(path, "the rule file", RULEFILE_LIMIT, &bytes);
    if (status != 0) {
        buf_clear(&bytes);
        return status == EX_DATAERR ? EX_CONFIG : status;
    }
    if (rulefile_parse(f, path, bytes.p, bytes.n, &problem))
        return 0;
    status = rule_problem_say(&problem);
    rulefile_clear(f);
    return status;
}

void rulefile_clear(struct rulefile *f)
{
    free(f->name);
    free(f->bytes);
    free(f->lines);
    free(f->blocks);
    *f = (struct rulefile){0};
}

static bool same_letter(char a, char b)
{
    return strncasecmp(&a, &b, 1) == 0;
}

/* The usual match with two pointers: after a mismatch, only the last `*` is tried again, with one
 * byte more. An earlier `*` need not be: whatever it could match, the last one can too. */
bool rule_mask_match(struct span mask, struct span name)
{
    size_t m = 0, n = 0, star = SIZE_MAX, star_at = 0;
    while (n < name.n) {
        if (m < mask.n && mask.p[m] == '*') {
            star = m++;
            star_at = n;
        } else if (m < mask.n && (mask.p[m] == '?' || same_letter(mask.p[m], name.p[n]))) {
            m++;
            n++;
        } else if (star != SIZE_MAX) {
            m = star + 1;
            n = ++star_at;
        } else {
            return false;
        }
    }
    while (m < mask.n && mask.p[m] == '*')
        m++;
    return m == mask.n;
}
