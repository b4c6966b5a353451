/*
 * entry: what the state knows of one address, and how it changes.
 * An entry holds all of its data itself: it can be copied with =, and nothing need be freed. It is
 * about 64 KiB, so callers reuse one from row to row. Pure: no I/O and no clock; every time is in
 * seconds since 1970 and comes from the caller. Only the functions that say so can fail.
 */
#ifndef STORE_ENTRY_H
#define STORE_ENTRY_H

#include "base/status.h"
#include "store/quarantine_rules.h"

enum entry_state { ENTRY_OK, ENTRY_ERRONEOUS, ENTRY_QUARANTINED, ENTRY_ALLOWED, ENTRY_DENIED };

#define ENTRY_NO_TIME INT64_MIN

enum {
    ENTRY_COUNTERS = 16,       /* the most reasons that are counted for one address */
    ENTRY_HISTORY = 1000,      /* the most events that are remembered: the latest */
    ENTRY_TEXT = 160,          /* the bytes of an error's text that are kept */
    ENTRY_ERRORS = 1000000000, /* the most errors that are counted for one reason */
    /* How long errors that can come again, and deliveries, are remembered at least, in seconds. */
    ENTRY_MEMORY_S = 366 * 86400,
};

/* The counted errors of one reason or, if a rule names a detail, of one detail of that reason. */
struct counter {
    char name[2 * QUARANTINE_WORD]; /* REASON or REASON/DETAIL */
    int64_t errors;
    int64_t first_s, last_s; /* when the first and the last of them happened */
};

/* Something that happened to the address. */
struct history {
    /* By which an error is recognised when it is read again; 0 if it cannot be, or is not an error.
     */
    uint64_t identity;
    int64_t time_s;
    /* REASON or REASON/DETAIL of an error, otherwise one word such as "released"; may be empty. */
    char what[2 * QUARANTINE_WORD];
};

/* An error that is held back (entry_held.h). */
struct held {
    bool is_set;
    uint64_t identity; /* as in struct history */
    int64_t time_s;
    enum quarantine_type type;
    char what[2 * QUARANTINE_WORD]; /* REASON or REASON/DETAIL */
    char receiver[256];             /* in lower case, without blanks; perhaps empty */
    char text[ENTRY_TEXT];
    size_t text_length;
};

struct entry {
    enum entry_state state;
    /* Why it is quarantined or denied, or the word given by hand; no meaning in other states. */
    char reason[QUARANTINE_WORD];
    char detail[QUARANTINE_WORD];
    int64_t since_s; /* when the state began; not kept in the files if it is ok or erroneous */
    int64_t until_s; /* when a quarantine ends by itself, or QUARANTINE_NEVER */
    struct counter counters[ENTRY_COUNTERS];
    size_t counter_count;
    struct history history[ENTRY_HISTORY]; /* in no order */
    size_t history_count;
    int64_t cleared_s;   /* when it was last released or allowed, or ENTRY_NO_TIME */
    int64_t delivered_s; /* when a message was last delivered, or ENTRY_NO_TIME */
    /* Errors up to this time were dropped from `history`, and count as known; or ENTRY_NO_TIME. */
    int64_t known_to_s;
    struct held held;
    char text[ENTRY_TEXT]; /* the start of the latest counted error's text; no NUL at its end */
    size_t text_length;
};

/* Makes it the entry of an address of which nothing is known. */
void entry_clear(struct entry *e);

/* The name of a state, as users see it: a constant. entry_state_find() returns false, and leaves
 * *state alone, if no state has this name. */
const char *entry_state_name(enum entry_state state);
MUST_CHECK bool entry_state_find(struct span name, enum entry_state *state);

/* The state at `now_s`: ENTRY_OK once a quarantine's time is over, even before expire has run. */
enum entry_state entry_state_at(const struct entry *e, int64_t now_s);

/* The number of counted errors of all reasons at `now_s`: 0 once a quarantine's time is over. */
int64_t entry_errors_at(const struct entry *e, int64_t now_s);

/* The counter with the latest error, borrowed from the entry; NULL if it has no counters. */
const struct counter *entry_latest(const struct entry *e);

/* When the state began or, if it is erroneous, when the latest error happened. */
int64_t entry_began(const struct entry *e);

/* Why it is in its state: if erroneous, the reason of the latest error. Borrowed from the entry;
 * may be empty. */
struct span entry_why(const struct entry *e);

/* When the first and the last of the counted errors happened; false if it has no counters. */
bool entry_error_times(const struct entry *e, int64_t *first_s, int64_t *last_s);

/* Puts the address into a state by hand, without an end. `reason` goes into the entry if it is a
 * word (quarantine_is_word()) and the state is not ENTRY_OK, which also forgets the errors. Errors
 * from before ENTRY_OK or ENTRY_ALLOWED do not count any more. */
void entry_set(struct entry *e, enum entry_state state, const char *reason, int64_t now_s);

/* The start of the latest counted error's text, borrowed from the entry; may be empty. */
struct span entry_text(const struct entry *e);

/* True if nothing is left to remember. */
bool entry_is_empty(const struct entry *e);

/*
 * The parts of an entry, for the files that change it: entry_count.c, entry_merge.c, entry_text.c.
 */

/* Sets the reason and the detail; to nothing what is not a word (quarantine_is_word()): strangers
 * write the input, and words of theirs must not get into the state's fields. Complaints get their
 * one spelling. */
void entry_set_reason(struct entry *e, struct span reason, struct span detail);

/* Adds an item with an empty `what` to the history, and drops the oldest one if there is no room.
 * The result is borrowed until the history changes again. */
struct history *entry_add_history(struct entry *e, uint64_t identity, int64_t time_s);

/* Adds something that is not an error to the history, for show; `what` is one short word. */
void entry_note(struct entry *e, int64_t time_s, const char *what);

/* Drops item `i`; the last one takes its place. An error that is dropped still counts as known. */
void entry_drop_history(struct entry *e, size_t i);

/* Writes REASON or REASON/DETAIL, and leaves out what is not a word. */
void entry_name_error(char name[2 * QUARANTINE_WORD], struct span reason, struct span detail);

/* Copies the first ENTRY_TEXT bytes of a text, cut between two UTF-8 characters, and returns their
 * number; entry_keep_text() makes them the entry's. */
size_t entry_cut_text(char out[ENTRY_TEXT], struct span text);
void entry_keep_text(struct entry *e, struct span text);

/* The counter of that name, borrowed from the entry; a new one, without errors, if it has none.
 * NULL if it has ENTRY_COUNTERS others, or the name is too long. */
struct counter *entry_find_counter(struct entry *e, struct span name);

/* Drops counter `i`; the last one takes its place. */
void entry_drop_counter(struct entry *e, size_t i);

/* Makes an erroneous entry ok if it has no counters left. */
void entry_settle(struct entry *e);

/* The number of counted errors of all reasons, even of a quarantine whose time is over. */
int64_t entry_errors(const struct entry *e);

/* If the time of its quarantine is over at `now_s`, makes it ok, forgets its errors, and returns
 * true. */
bool entry_end(struct entry *e, int64_t now_s);

/* True if it is a quarantine whose time is over at `now_s`. */
bool entry_is_over(const struct entry *e, int64_t now_s);

#endif
