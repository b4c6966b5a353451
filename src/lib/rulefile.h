/*
 * rulefile: reads the text of the three kinds of rule files (bounce.rules(5), mx.rules(5),
 * quarantine.rules(5)) as blocks of lines. A blank line ends a block. A line whose first word
 * starts with `#` is a comment. The first word of a line is its keyword, the rest is its value.
 * The struct owns the bytes; keywords and values borrow from them until rulefile_clear(). Parsing
 * is pure and returns the first problem; only rulefile_load() and rule_problem_say() do I/O.
 */
#ifndef LIB_RULEFILE_H
#define LIB_RULEFILE_H

#include "base/buf.h"
#include "base/status.h"

enum {
    RULEFILE_LIMIT = 16 * 1024 * 1024, /* the most bytes that rulefile_load() reads */
};

struct rule_line {
    struct span keyword;
    struct span value; /* without white space at either end; may be empty */
    size_t line;       /* from 1 */
    size_t column;     /* of the value, or of the keyword if that is all; in bytes, from 1 */
};

struct rule_block {
    struct rule_line *lines; /* 1 or more; point into the file's array */
    size_t count;
};

/* Owns all that its pointers point to. */
struct rulefile {
    char *name; /* for messages */
    char *bytes;
    size_t length;
    struct rule_line *lines;
    struct rule_block *blocks;
    size_t block_count;
};

/* An error in a rule file, to be reported as file:line:column. */
struct rule_problem {
    const char *file; /* borrowed from the rulefile */
    size_t line, column;
    char what[256];
};

/* Initializes `f` and parses `bytes`, which were allocated by malloc() and now belong to `f`.
 * `name` is copied. Returns false with *problem set if the bytes are not UTF-8 or contain a control
 * or bidirectional character other than TAB and the CR and LF of line ends. The caller calls
 * rulefile_clear() either way. */
MUST_CHECK bool rulefile_parse(struct rulefile *f, const char *name, char *bytes, size_t length,
                               struct rule_problem *problem);

/* Reads and parses a file. Returns 0; EX_NOINPUT if it does not exist (not reported); EX_IOERR if
 * it cannot be read, EX_CONFIG if it is not a valid rule file (both reported). After a failure `f`
 * is empty. */
MUST_CHECK int rulefile_load(struct rulefile *f, const char *path);

/* Frees everything and makes the file empty. */
void rulefile_clear(struct rulefile *f);

/* Sets `problem` to the place of `line` in `f`, whose name it borrows, and to the formatted text.
 * Always returns false, so that parsers can return its result. */
bool rule_problem_at(struct rule_problem *problem, const struct rulefile *f,
                     const struct rule_line *line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reports a problem and returns EX_CONFIG. The rulefile must not be cleared before. */
MUST_CHECK int rule_problem_say(const struct rule_problem *problem);

/* True if `mask` matches all of `name`. In it `*` is any bytes, `?` is one byte, and the case of
 * ASCII letters is ignored. The time is at most proportional to the product of both lengths. */
bool rule_mask_match(struct span mask, struct span name);

#endif
