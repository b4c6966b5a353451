/*
 * memo: the verdicts of the last failures, by all that a verdict depends on, because more than half
 * of the failures in a log are the same, byte by byte, as one shortly before. A new failure takes
 * the place of another one, so the memory is bounded. Owns copies of the keys; the verdicts borrow
 * from the ruleset. Each thread needs a memo of its own. Nothing here fails.
 */
#ifndef BOUNCECLASS_MEMO_H
#define BOUNCECLASS_MEMO_H

#include "base/buf.h"
#include "classify/classifier.h"

enum {
    MEMO_SLOTS = 4096,
    MEMO_LONGEST = 1024, /* bytes of a failure that is kept: longer ones seldom come again */
};

struct memo_slot {
    struct buf key; /* owned: memo.c; empty if nothing was kept */
    struct verdict verdict;
};

struct memo {
    struct memo_slot *slots; /* owned */
    struct memo_slot *place; /* where the failure that was sought last belongs; NULL: nowhere */
    struct buf sought;       /* owned: its key */
};

/* A failure, as diagnosis_read() takes it. */
struct failure {
    struct span text, code, status, host;
};

void memo_init(struct memo *m);

/* Sets *v and returns true if the verdict of the failure is known. */
bool memo_find(struct memo *m, const struct failure *f, struct verdict *v);

/* Keeps the verdict of the failure that memo_find() sought last and did not find. */
void memo_keep(struct memo *m, const struct verdict *v);

/* Frees what the memo owns. */
void memo_clear(struct memo *m);

#endif
