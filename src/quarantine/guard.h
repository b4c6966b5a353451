/*
 * guard: notices when too many addresses of one domain or receiver fail as dead within an hour:
 * then something is wrong with it, not with them (quarantine.rules(5), guard). It knows the dead
 * and the number of the others that were written to, by domain, receiver and time. Owns copies of
 * all that it is given; the rules are borrowed. Pure: guard_file.h keeps it between runs. Times are
 * in seconds since 1970; addresses are keys of the store. A zeroed struct with `rules` is empty.
 */
#ifndef QUARANTINE_GUARD_H
#define QUARANTINE_GUARD_H

#include "base/buf.h"
#include "base/table.h"
#include "base/tally.h"
#include "store/quarantine_rules.h"

/* An address that has failed as dead. */
struct guard_dead {
    char *address, *receiver;
    int64_t time_s;
    enum quarantine_type type;
    bool held;         /* its error is held back; else it was counted, or is about to be */
    bool judged;       /* its error is to be held back */
    bool is_new;       /* not yet counted nor held: it is in the batch at hand */
    bool is_seen;      /* it is among those that were seen, too */
    bool is_forgotten; /* it is not to be written */
};

struct guard {
    const struct quarantine_rules *rules;
    struct guard_dead *dead; /* one for each address */
    size_t count, capacity;
    struct table by_address; /* of indices into `dead`, from 1 */
    struct tally seen;       /* `KIND NAME TIME`, by twelfths of the rule's time: from the file */
    struct tally unsaved;    /* the same: those that are not in the file yet */
    struct buf key;          /* scratch */
    struct tally tripped;    /* `KIND NAME`, by the number of addresses */
    int64_t earliest_s;      /* the earliest event since guard_start(); INT64_MAX: none */
    size_t kept;             /* what was left of the seen after the last guard_prune() */
};

/* True if the rules have a guard that is not off. */
bool guard_is_on(const struct guard *g);

/* The longest time of all guards. */
int64_t guard_within(const struct guard *g);

/* Starts a batch of events. */
void guard_start(struct guard *g);

/* Adds an address that was written to and is not dead. */
void guard_add_seen(struct guard *g, struct span address, struct span receiver, int64_t time_s);

/* Adds an address that has failed as dead. An address that is there already gets the later time. */
void guard_add_dead(struct guard *g, const struct guard_dead *dead);

/* The dead address, borrowed until another is added; NULL if it is not there. */
struct guard_dead *guard_find(const struct guard *g, struct span address);

/* Sets `judged` of each dead address whose error is to be held back, and notes in `tripped` the
 * domains and receivers for which that is so. */
void guard_judge(struct guard *g);

/* Leaves a dead address out of guard_write(). */
void guard_forget(struct guard *g, struct span address);

/* Forgets what is too old to matter to the events of this batch, and later ones. */
void guard_prune(struct guard *g);

/* Writes all as lines of TSV, and reads a line back: false if it is not one of them. Of the seen,
 * only those are written that could matter. */
void guard_write(const struct guard *g, struct buf *out);
MUST_CHECK bool guard_read(struct guard *g, struct span line);

/* Makes the unsaved part of `seen`, to be written. */
void guard_merge(struct guard *g);

/* Drops all but the unsaved. */
void guard_empty(struct guard *g);
void guard_clear(struct guard *g);

#endif
