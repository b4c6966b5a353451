/*
 * rulefile: the plain text of all three kinds of rule files (mxkit(5)), as blocks of lines.
 * A blank line ends a block, `#` first on a line starts a comment, the first word of a line is its
 * keyword, the rest its value. Pure: bytes in, blocks and one problem out; rulefile_load() alone
 * reads a file.
 */
#ifndef LIB_RULEFILE_H
#define LIB_RULEFILE_H

#include "base/buf.h"
#include "base/status.h"

enum {
    RULEFILE_LIMIT = 16 * 1024 * 1024, /* bytes in a file */
};

struct rule_line {
    struct span keyword;
    struct span value; /* without blanks at its ends; may be empty */
    size_t line;       /* from 1 */
    size_t column;     /* of the value, from 1 */
};

struct rule_block {
    struct rule_line *lines; /* into the file's array */
    size_t count;
};

/* A file in memory. Owns its bytes, lines and blocks. */
struct rulefile {
    char *name; /* for messages */
    char *bytes;
    size_t length;
    struct rule_line *lines;
    struct rule_block *blocks;
    size_t block_count;
};

/* What is wrong in a rule file, to be said as file:line:column. */
struct rule_problem {
    const char *file; /* borrowed from the rulefile */
    size_t line, column;
    char what[256];
};

/* Takes over `bytes` (from malloc). False with *problem set on NUL, bad UTF-8 or a control byte
 * other than TAB. */
MUST_CHECK bool rulefile_parse(struct rulefile *f, const char *name, char *bytes, size_t length,
                               struct rule_problem *problem);

/* Reads and parses a file: 0, EX_NOINPUT if it does not exist (silent), EX_IOERR or EX_CONFIG (said
 * on stderr). */
MUST_CHECK int rulefile_load(struct rulefile *f, const char *path);
void rulefile_clear(struct rulefile *f);

/* Sets `problem` at `line` (column of its value) of `f`; returns false, so that parsers can return
 * it. */
bool rule_problem_at(struct rule_problem *problem, const struct rulefile *f,
                     const struct rule_line *line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Says a problem on stderr; returns EX_CONFIG. */
MUST_CHECK int rule_problem_say(const struct rule_problem *problem);

/* Does `name` match `mask` (`*` any bytes, `?` one), ASCII case ignored? Linear in time for each
 * `*`. */
bool rule_mask_match(struct span mask, struct span name);

#endif
