/*
 * pattern: one PCRE2 pattern of a rule, bounded against hostile text.
 * Caseless, UTF, `.` matches line ends; JIT where the machine has it; 10,000 match steps, depth
 * 1,000, 1 MiB of heap. The subject must be UTF-8 (see diagnosis.h) and a few KiB long at most.
 */
#ifndef BOUNCECLASS_PATTERN_H
#define BOUNCECLASS_PATTERN_H

#include "span.h"

struct pattern; /* owned by who compiled it */

enum pattern_result { PATTERN_NO, PATTERN_YES, PATTERN_LIMIT };

enum { PATTERN_WHY = 160 };

/* NULL where the pattern is wrong: *offset is the place of the trouble in `text`, `why` what it is.
 */
struct pattern *pattern_compile(struct span text, bool jit, size_t *offset, char why[PATTERN_WHY]);

/* PATTERN_LIMIT: a limit was hit, so that nothing is known; it must not pass for a no. */
enum pattern_result pattern_match(const struct pattern *p, struct span subject);
void pattern_free(struct pattern *p);

#endif
