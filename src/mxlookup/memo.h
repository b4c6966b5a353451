/*
 * memo: what a run has learned, by name. The latest items are in memory, the rest in an unnamed
 * file in TMPDIR, so that a run of millions of names asks for none twice and stays small. Owns its
 * items. If the file cannot be written, that is reported once, and idle items are forgotten from
 * then on.
 */
#ifndef MXLOOKUP_MEMO_H
#define MXLOOKUP_MEMO_H

#include "base/buf.h"

/* What each item begins with. */
struct memo_item {
    struct span name; /* in the same piece of memory, after the item, with a final NUL */
    bool saved;       /* the file has it; false again after a change: the latest line counts */
    uint64_t hash;    /* table_hash() of the name */
};

/* What the items are. */
struct memo_kind {
    /* True if the item may leave memory: nobody holds a pointer to it. */
    bool (*idle)(const void *item);
    /* Adds the item's text, without an LF. */
    void (*save)(const void *item, struct buf *out);
    /* Makes an item of such a text; NULL if the text is not valid. */
    void *(*load)(struct span name, struct span text);
    void (*free)(void *item);
};

struct memo;

/* Returns an item of `size` bytes, all zero but for its name, which is copied. The item is one
 * piece of memory: the caller frees it by free(), until memo_add() takes it over. */
void *memo_item_new(size_t size, struct span name);

/* Keeps up to `most` idle items in memory. `kind` is borrowed until memo_free(). */
struct memo *memo_new(const struct memo_kind *kind, size_t most);

/* Returns the item of that name, or NULL. The item is borrowed: it stays while it is not idle,
 * otherwise until the next call. */
void *memo_find(struct memo *m, struct span name);

/* Adds an item, which the memo owns from now on. memo_find() must not know its name. */
void memo_add(struct memo *m, void *item);

/* Adds a name and its text without making an item of them. Both are copied. */
void memo_add_text(struct memo *m, struct span name, struct span text);

/* Visits every name with its text, but for items that are not idle. Both spans are borrowed for the
 * visit, which must not call the memo. A name that was saved twice, as memo_add_text() or a change
 * does, comes twice. */
typedef void memo_visit(void *context, struct span name, struct span text);
void memo_each(struct memo *m, memo_visit *visit, void *context);

/* Frees the memo and its items, idle or not. */
void memo_free(struct memo *m);

#endif
