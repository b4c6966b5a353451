/*
 * shadow: rules that can never match, because an earlier rule always does. Pure.
 */
#ifndef CLASSIFY_SHADOW_H
#define CLASSIFY_SHADOW_H

#include "classify/rule.h"

/* Does `earlier` hold for every text that `rule` holds for? Errs to the safe side: false where that
 * cannot be told from the words of both. */
bool shadow_covers(const struct rule *earlier, const struct rule *rule, struct matcher *m);

#endif
