/*
 * pattern: one PCRE2 pattern of a rule or of a user, bounded against hostile text.
 * Caseless, UTF, `.` matches line ends; JIT where the machine has it; 10,000 match steps, depth
 * 1,000, 1 MiB of heap. The subject must be UTF-8 and a few KiB long at most.
 * Patterns are shared by threads; each thread matches by a matcher of its own.
 */
#ifndef LIB_PATTERN_H
#define LIB_PATTERN_H

#include "base/span.h"

struct pattern; /* owned by who compiled it */
struct matcher;

enum pattern_result { PATTERN_NO, PATTERN_YES, PATTERN_LIMIT };

enum { PATTERN_WHY = 160 };

/* NULL where the pattern is wrong: *offset is the place of the trouble in `text`, `why` what it is.
 * With `jit` machine code is made of it, when it is first needed. */
struct pattern *pattern_compile(struct span text, bool jit, size_t *offset, char why[PATTERN_WHY]);

struct matcher *matcher_new(void);
void matcher_free(struct matcher *m);

/* PATTERN_LIMIT: a limit was hit, so that nothing is known; it must not pass for a no. */
enum pattern_result pattern_match(struct pattern *p, struct matcher *m, struct span subject);

/* The part of the subject that the last pattern_match() of this matcher found. */
struct span matcher_found(const struct matcher *m, struct span subject);
void pattern_free(struct pattern *p);

#endif
