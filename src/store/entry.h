/*
 * entry: what the state knows of one address, and how an event changes it.
 * Pure: no I/O, no clock but the times given. An entry owns its buffers and is reused from row to
 * row; its text form is one line of the snapshot and of the journal (mxkit(5)).
 */
#ifndef STORE_ENTRY_H
#define STORE_ENTRY_H

#include "base/status.h"
#include "store/policy.h"

enum entry_state { ENTRY_OK, ENTRY_ERRONEOUS, ENTRY_QUARANTINED, ENTRY_ALLOWED, ENTRY_DENIED };

#define ENTRY_NO_TIME INT64_MIN

enum {
    ENTRY_COUNTERS = 16,  /* reasons counted for one address; DESIGN knows nine */
    ENTRY_HISTORY = 1000, /* remembered, the latest */
    ENTRY_TEXT = 160,     /* bytes of an error's text that are kept */
};

/* The errors of one reason, or of the one detail of it that a rule names. */
struct counter {
    char name[2 * POLICY_WORD]; /* REASON or REASON/DETAIL */
    int64_t errors;
    int64_t first_s, last_s; /* times of the counted ones */
};

/* Something that happened to the address. */
struct history {
    uint64_t identity; /* makes an error known when it comes again; 0: of what is no error */
    int64_t time_s;
    char what[2 *
              POLICY_WORD]; /* REASON or REASON/DETAIL of an error, else one word; may be empty */
};

struct entry {
    enum entry_state state;
    char reason[POLICY_WORD]; /* why, of a quarantined or denied one; else empty */
    char detail[POLICY_WORD];
    int64_t since_s; /* when the state began */
    int64_t until_s; /* when a quarantine ends by itself, or POLICY_NEVER */
    struct counter counters[ENTRY_COUNTERS];
    size_t counter_count;
    struct history history[ENTRY_HISTORY]; /* in no order */
    size_t history_count;
    int64_t known_to_s; /* events up to this time are known too: they were dropped from `events` */
    char text[ENTRY_TEXT]; /* of the latest counted error: the start of it; not NUL-terminated */
    size_t text_length;
};

/* Makes it the entry of an address of which nothing is known. */
void entry_clear(struct entry *e);

const char *entry_state_name(enum entry_state state);
MUST_CHECK bool entry_state_find(struct span name, enum entry_state *state);

/* What holds at `now_s`: a quarantine whose time is over has ended, also before expire ran. */
enum entry_state entry_state_at(const struct entry *e, int64_t now_s);

/* Counted errors of all reasons; none of a quarantine whose time is over at `now_s`. */
int64_t entry_errors_at(const struct entry *e, int64_t now_s);

/* The counter of the latest error, or NULL. */
const struct counter *entry_latest(const struct entry *e);

/* When its state began, or of an erroneous one, when its latest error was. */
int64_t entry_began(const struct entry *e);

/* Why it is in its state: of an erroneous one, the reason of the latest error. */
struct span entry_why(const struct entry *e);

/* When the first and the last of the counted errors were; false if there are none. */
bool entry_error_times(const struct entry *e, int64_t *first_s, int64_t *last_s);

/* Puts the address into a state by hand; `reason` is empty or a word (policy_is_word()). */
void entry_set(struct entry *e, enum entry_state state, const char *reason, int64_t now_s);

/* What was kept of the text of the latest error. */
struct span entry_text(const struct entry *e);

/* Is there nothing left to remember? */
bool entry_is_empty(const struct entry *e);

/*
 * The parts of an entry, for the files that change it: entry_count.c, entry_facts.c, entry_text.c.
 */

/* Sets a reason or detail to `value`, or to nothing if that is not a word: it may come from a
 * stranger, and would get into the state. */
void entry_set_word(char word[POLICY_WORD], struct span value);

/* Adds an item to the history, and drops the oldest one if there is no room. */
struct history *entry_add_history(struct entry *e, uint64_t identity, int64_t time_s);

/* Adds something to the history that is not an error, for show. */
void entry_note(struct entry *e, int64_t time_s, const char *what);
void entry_drop_history(struct entry *e, size_t i);

/* Keeps the start of a text, cut between two characters. */
void entry_keep_text(struct entry *e, struct span text);

/* The counter of that name, made (with no errors) if there is none; NULL if there are too many. */
struct counter *entry_find_counter(struct entry *e, struct span name);
void entry_drop_counter(struct entry *e, size_t i);

/* Makes an entry without errors ok, after the last one was forgotten or a message was delivered. */
void entry_settle(struct entry *e);

/* The counted errors of all reasons. */
int64_t entry_errors(const struct entry *e);

/* Has a quarantine ended by `now_s`? */
bool entry_is_over(const struct entry *e, int64_t now_s);

#endif
