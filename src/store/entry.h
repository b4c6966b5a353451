/*
 * entry: what the state knows of one address, and how an event changes it.
 * Pure: no I/O, no clock but the times given. An entry owns its buffers and is reused from row to
 * row; its text form is one line of the snapshot and of the journal (mxkit(5)).
 */
#ifndef STORE_ENTRY_H
#define STORE_ENTRY_H

#include "store/policy.h"

enum entry_state { ENTRY_OK, ENTRY_ERRONEOUS, ENTRY_QUARANTINED, ENTRY_ALLOWED, ENTRY_DENIED };

enum {
    ENTRY_COUNTERS = 16,  /* reasons counted for one address; DESIGN knows nine */
    ENTRY_HISTORY = 1000, /* remembered, the latest */
    ENTRY_TEXT = 160,     /* bytes of an error's text that are kept */
};

/* The errors of one reason, or of the one detail of it that a rule names. */
struct counter {
    char name[2 * POLICY_WORD]; /* REASON or REASON/DETAIL */
    int64_t errors;
    int64_t first, last; /* times of the counted ones */
};

/* Something that happened to the address. */
struct history {
    uint64_t identity; /* makes an error known when it comes again; 0: of what is no error */
    int64_t time;
    char what[2 *
              POLICY_WORD]; /* REASON or REASON/DETAIL of an error, else one word; may be empty */
};

struct entry {
    enum entry_state state;
    char reason[POLICY_WORD]; /* why, of a quarantined or denied one; else empty */
    char detail[POLICY_WORD];
    int64_t since; /* when the state began */
    int64_t until; /* when a quarantine ends by itself, or POLICY_NEVER */
    struct counter counters[ENTRY_COUNTERS];
    size_t counter_count;
    struct history history[ENTRY_HISTORY]; /* in no order */
    size_t history_count;
    int64_t known_to; /* events up to this time are known too: they were dropped from `events` */
    char text[ENTRY_TEXT]; /* of the latest counted error: the start of it; not NUL-terminated */
    size_t text_length;
};

/* A failed or delivered message, as `update` reads it. */
struct event {
    struct span reason, detail, text;
    int64_t time;      /* when it happened */
    int64_t now;       /* when it is read */
    uint64_t identity; /* 0: none, the event counts whenever it comes */
    bool delivered;
};

/* Makes it the entry of an address of which nothing is known. */
void entry_clear(struct entry *e);

const char *entry_state_name(enum entry_state state);
bool entry_state_find(struct span name, enum entry_state *state);

/* What holds at `now`: a quarantine whose time is over has ended, also before expire ran. */
enum entry_state entry_state_at(const struct entry *e, int64_t now);

/* Counted errors of all reasons; none of a quarantine whose time is over at `now`. */
int64_t entry_errors_at(const struct entry *e, int64_t now);

/* The counter of the latest error, or NULL. */
const struct counter *entry_latest(const struct entry *e);

/* When its state began, or of an erroneous one, when its latest error was. */
int64_t entry_began(const struct entry *e);

/* Why it is in its state: of an erroneous one, the reason of the latest error. */
struct span entry_why(const struct entry *e);

/* When the first and the last of the counted errors were; false if there are none. */
bool entry_error_times(const struct entry *e, int64_t *first, int64_t *last);

/* Counts an event by the policy's rule for it (NULL: nothing is counted). True if the entry has
 * changed. */
bool entry_count(struct entry *e, const struct event *event, const struct policy_rule *rule);

/* Drops what is over at `now`: an ended quarantine, forgotten errors, events older than the
 * policy's window. True if the entry has changed. */
bool entry_expire(struct entry *e, const struct policy *policy, int64_t now);

/* Puts the address into a state by hand; `reason` is empty or a word (policy_is_word()). */
void entry_set(struct entry *e, enum entry_state state, const char *reason, int64_t now);

/* What was kept of the text of the latest error. */
struct span entry_text(const struct entry *e);

/* An entry as a list has it. */
struct entry_facts {
    enum entry_state state;
    struct span reason, detail; /* words, or they are left out */
    struct span text;
    int64_t since, until; /* until: or POLICY_NEVER */
    int64_t errors, first, last;
};

/* Takes the facts over, unless what stands says more: an address that is allowed, denied or
 * quarantined for as long stays. True if the entry has changed. */
bool entry_merge(struct entry *e, const struct entry_facts *facts, int64_t now);

/* Takes them over whatever stands, to undo what was done since. */
void entry_restore(struct entry *e, const struct entry_facts *facts, int64_t now);

/* Is there nothing left to remember? */
bool entry_is_empty(const struct entry *e);

/* Adds the text form, without address and checksum: fields with TABs between. */
void entry_write(const struct entry *e, struct buf *out);

/* Reads it back, also one of version 1; false if it is none. */
bool entry_read(struct entry *e, struct span text);

/* The state at `now` alone. */
bool entry_read_state(struct span text, int64_t now, enum entry_state *state);

#endif
