/*
 * shadow: finds rules that can never match, because an earlier rule always matches first.
 * Owns nothing. No I/O; nothing fails.
 */
#ifndef CLASSIFY_SHADOW_H
#define CLASSIFY_SHADOW_H

#include "classify/rule.h"

/* True if `earlier` matches every text that `rule` matches, as far as the words of both show it.
 * The result is wrongly true in two cases: a `?` in a host mask of `earlier` counts as
 * matching a `*` of `rule`; and a pattern that depends on more than the byte beside the words of
 * `rule` (a lookbehind, a count from `^`) is tried in two surroundings only. */
bool shadow_covers(const struct rule *earlier, const struct rule *rule, struct matcher *m);

#endif
