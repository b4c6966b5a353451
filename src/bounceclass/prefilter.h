/*
 * prefilter: which patterns may match a text, found in one pass over it: an Aho-Corasick automaton
 * of the literals that they require (required.h). Patterns are added, then it is built, then texts
 * are scanned. Memory is taken while building only.
 */
#ifndef BOUNCECLASS_PREFILTER_H
#define BOUNCECLASS_PREFILTER_H

#include "span.h"

#include <stdint.h>

struct prefilter;

struct prefilter *prefilter_new(void);

/* Adds a pattern and returns its number. */
size_t prefilter_add(struct prefilter *f, struct span pattern);
void prefilter_build(struct prefilter *f);

/* Looks at a text; what prefilter_may_match() says holds for it until the next one. */
void prefilter_scan(struct prefilter *f, struct span text);
bool prefilter_may_match(const struct prefilter *f, size_t pattern);
void prefilter_free(struct prefilter *f);

#endif
