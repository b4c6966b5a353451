/*
 * watch: the guard (guard.h) at work in update: it sees the rows of a batch before they are
 * counted, holds errors back, and takes back those that were counted. Owns the guard and its file;
 * borrows the rules. All but opening and closing happen under the lock of the store. Functions that
 * return int return 0 or an exit status (reported).
 */
#ifndef QUARANTINE_WATCH_H
#define QUARANTINE_WATCH_H

#include "base/status.h"
#include "quarantine/guard.h"
#include "quarantine/guard_file.h"
#include "store/entry_held.h"
#include "store/store.h"

struct watch {
    bool on; /* the rules have a guard; if not, nothing else is used */
    struct guard guard;
    struct guard_file file;
    struct table batch; /* the addresses that the batch has shown */
    struct tally said;  /* the domains and receivers that were reported */
    struct buf words;   /* scratch */
    size_t held;        /* errors of the batch that are held back */
    size_t taken_back;  /* earlier ones */
    size_t unsaid;      /* errors that were held back since the last report */
    int64_t saved_ms;   /* when the file was saved, of clock_monotonic_ms() */
    bool has_dead;      /* the batch has an address that fails as dead */
};

/* Opens the guard's file; the state directory exists. */
MUST_CHECK int watch_open(struct watch *w, const struct quarantine_rules *rules);

/* Starts a batch: reads what other runs have seen. */
MUST_CHECK int watch_start(struct watch *w);

/* Shows an event, with the entry of its address as it was before; if it is an error that does not
 * quarantine by itself, the entry may be an empty one. The key is borrowed until the
 * next watch_start(). */
void watch_event(struct watch *w, struct span key, struct span host, const struct event *event,
                 const struct quarantine_rule *rule, const struct entry *e);

/* Judges what was shown, and takes back the errors that were counted and are to be held back. */
MUST_CHECK int watch_judge(struct watch *w, struct store *s);

/* If the guard holds this error back, notes that in the entry and returns true. */
bool watch_holds(struct watch *w, struct span key, const struct event *event,
                 const struct quarantine_rule *rule, struct entry *e);

/* Saves what the guard knows, before the batch is committed: a crash in between leaves a guard that
 * knows too much, which it notices. If nothing has failed as dead, that can wait for the `last`
 * batch. */
MUST_CHECK int watch_save(struct watch *w, bool last);

/* Reports in one line what was held back, if that is news. */
void watch_report(struct watch *w);

/* Saves the rest if the run was `good`, and closes; the store is not locked. */
MUST_CHECK int watch_close(struct watch *w, bool good);

#endif
