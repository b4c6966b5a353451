/*
 * entry: what the state knows of one address, and how an event changes it.
 * Pure: no I/O, no clock but the times given. An entry owns its buffers and is reused from row to
 * row; its text form is one line of the snapshot and of the journal (mxkit(5)).
 */
#ifndef QUARANTINE_ENTRY_H
#define QUARANTINE_ENTRY_H

#include "policy.h"

enum entry_state { ENTRY_OK, ENTRY_ERRONEOUS, ENTRY_QUARANTINED, ENTRY_ALLOWED, ENTRY_DENIED };

enum {
    ENTRY_COUNTERS = 16, /* reasons counted for one address; DESIGN knows nine */
    ENTRY_EVENTS = 64,   /* identities remembered, the latest */
};

/* The errors of one reason. */
struct counter {
    char reason[24];
    int64_t errors;
    int64_t last; /* time of the last counted one */
};

/* What makes an event known when it comes again. */
struct event_id {
    uint64_t hash;
    int64_t time;
};

struct entry {
    enum entry_state state;
    char reason[24]; /* why, of a quarantined or denied one; else empty */
    char detail[24];
    int64_t since; /* when the state began */
    int64_t until; /* when a quarantine ends by itself, or POLICY_NEVER */
    struct counter counters[ENTRY_COUNTERS];
    size_t counter_count;
    struct event_id events[ENTRY_EVENTS];
    size_t event_count;
};

/* A failed or delivered message, as `update` reads it. */
struct event {
    struct span reason, detail;
    int64_t time;
    uint64_t identity; /* 0: none, the event counts whenever it comes */
    bool delivered;
};

const char *entry_state_name(enum entry_state state);
bool entry_state_find(struct span name, enum entry_state *state);

/* What holds at `now`: a quarantine whose time is over has ended, also before expire ran. */
enum entry_state entry_state_at(const struct entry *e, int64_t now);

/* Counted errors of all reasons. */
int64_t entry_errors(const struct entry *e);

/* Counts an event by the policy's rule for it (NULL: nothing is counted). True if the entry has
 * changed. */
bool entry_count(struct entry *e, const struct event *event, const struct policy_rule *rule);

/* Drops what is over at `now`: an ended quarantine, forgotten errors, events older than the
 * policy's window. True if the entry has changed. */
bool entry_expire(struct entry *e, const struct policy *policy, int64_t now);

/* Puts the address into a state by hand. */
void entry_set(struct entry *e, enum entry_state state, const char *reason, int64_t now);

/* Is there nothing left to remember? */
bool entry_is_empty(const struct entry *e);

/* Adds the text form, without address and checksum: fields with TABs between. */
void entry_write(const struct entry *e, struct buf *out);

/* Reads it back; false if it is none. */
bool entry_read(struct entry *e, struct span text);

#endif
