/*
 * pattern: a PCRE2 pattern of a rule or of a user, matched within limits against hostile text.
 * Case is ignored, patterns and subjects are UTF-8, and `.` also matches line ends. Each match has
 * at most 10,000 steps, a depth of 1,000, and 1 MiB of heap or of JIT stack; a match that needs
 * more is PATTERN_LIMIT. Nothing here reports errors. Threads may share a pattern, but each needs
 * its own matcher.
 */
#ifndef LIB_PATTERN_H
#define LIB_PATTERN_H

#include "base/span.h"

struct pattern;
struct matcher;

enum pattern_result { PATTERN_NO, PATTERN_YES, PATTERN_LIMIT };

enum { PATTERN_WHY = 160 /* bytes of the reason, with its NUL */ };

/* Returns a pattern that the caller frees with pattern_free(); it keeps nothing of `text`. With
 * `jit`, PCRE2 compiles it to machine code when it is first matched, if it can on this machine. If
 * the pattern is invalid, returns NULL with *offset the byte of the error in `text` and `why` the
 * reason. */
struct pattern *pattern_compile(struct span text, bool jit, size_t *offset, char why[PATTERN_WHY]);
void pattern_free(struct pattern *p);

/* Returns the memory for one match at a time; the caller frees it with matcher_free(). */
struct matcher *matcher_new(void);
void matcher_free(struct matcher *m);

/* Searches the subject, which must be valid UTF-8 (this is not checked) and should be a few KiB at
 * most. After PATTERN_LIMIT it is not known whether the pattern matches: do not treat it as
 * PATTERN_NO. */
enum pattern_result pattern_match(struct pattern *p, struct matcher *m, struct span subject);

/* Returns the part of the subject that matched. To be called after pattern_match() has returned
 * PATTERN_YES for this matcher and subject. */
struct span matcher_found(const struct matcher *m, struct span subject);

#endif
