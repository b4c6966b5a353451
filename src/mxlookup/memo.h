/*
 * known: what was learned in this run, by name: the latest in memory, the rest in an unnamed file
 * in TMPDIR, so that a run of millions of names asks for none twice and stays small. Owns its
 * items.
 */
#ifndef MXLOOKUP_MEMO_H
#define MXLOOKUP_MEMO_H

#include "base/buf.h"

/* What each item begins with. */
struct memo_item {
    struct span name; /* behind the item, and a NUL behind it */
    bool saved;       /* the file has it */
    uint64_t hash;    /* table_hash() of its name */
};

/* What the items are. */
struct memo_kind {
    bool (*idle)(const void *item);                    /* may it be put away? */
    void (*save)(const void *item, struct buf *out);   /* adds its text: no LF */
    void *(*load)(struct span name, struct span text); /* NULL where it is none */
    void (*free)(void *item);
};

struct memo;

/* An item of `size` bytes, all zero but for its name: one piece for free(). */
void *memo_item_new(size_t size, struct span name);

/* `most`: items in memory, but for those that are not idle. */
struct memo *memo_new(const struct memo_kind *kind, size_t most);

/* The item of that name, or NULL. */
void *memo_find(struct memo *k, struct span name);

/* Takes over a new item. */
void memo_add(struct memo *k, void *item);

/* Takes note of a name and its text without making an item of it. */
void memo_add_text(struct memo *k, struct span name, struct span text);

/* Every name once, with its text; idle items only. */
typedef void memo_visit(void *context, struct span name, struct span text);
void memo_each(struct memo *k, memo_visit *visit, void *context);
void memo_free(struct memo *k);

#endif
