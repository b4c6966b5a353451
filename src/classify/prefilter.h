/*
 * prefilter: which rules may hold for a text, found in one pass over it: an Aho-Corasick automaton
 * of the literals that the rules' patterns require (required.h). Patterns are added, then it is
 * built, then texts are scanned, by several threads at once if need be: what a scan finds is a
 * struct prefilter_scan of the thread's own. Memory is taken while building only.
 */
#ifndef CLASSIFY_PREFILTER_H
#define CLASSIFY_PREFILTER_H

#include "base/span.h"

#include <stdint.h>

enum { PREFILTER_NO_GROUP = -1 };

struct prefilter;
struct prefilter_scan;

struct prefilter *prefilter_new(void);

/* Adds a pattern and returns its number. `group` is the rule that can hold only if one of its
 * patterns may match, or PREFILTER_NO_GROUP. */
size_t prefilter_add(struct prefilter *f, struct span pattern, int group);

/* A group that may hold for any text, whatever its patterns. */
void prefilter_add_free_group(struct prefilter *f, int group);
void prefilter_build(struct prefilter *f);
void prefilter_free(struct prefilter *f);

struct prefilter_scan *prefilter_scan_new(const struct prefilter *f);

/* Looks at a text; what the functions below say holds for it until the next one. */
void prefilter_scan_text(struct prefilter_scan *s, struct span text);
bool prefilter_scan_may_match(const struct prefilter_scan *s, size_t pattern);

/* The first group from `group` on that may hold, or -1. */
int prefilter_scan_next_group(const struct prefilter_scan *s, int group);
void prefilter_scan_free(struct prefilter_scan *s);

#endif
