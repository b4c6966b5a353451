/*
 * entry_count: how an event changes an entry, by quarantine.rules.
 * Pure: no I/O and no clock; every time is in seconds since 1970 and comes from the caller. Nothing
 * can fail; an event borrows its spans from the caller during the call.
 */
#ifndef STORE_ENTRY_COUNT_H
#define STORE_ENTRY_COUNT_H

#include "store/entry.h"

/* A failed or delivered message, as `update` reads it. */
struct event {
    struct span reason, detail, text;
    enum quarantine_type type;
    int64_t time_s;    /* when it happened */
    int64_t now_s;     /* when it is read */
    uint64_t identity; /* the same when it is read again; 0: unknown, it counts each time */
    bool delivered;
};

/* Counts an event. `rule` is what quarantine_rules_find() has for its reason, detail and type; if
 * it is NULL, an error is not counted. True if the entry has changed and must be stored. */
bool entry_count(struct entry *e, const struct event *event, const struct quarantine_rule *rule);

/* True if an error would be counted, or only skipped because it is too close to another one: a rule
 * counts it, and it is neither known nor older than what has cleared the address. */
bool entry_counts(const struct entry *e, const struct event *event,
                  const struct quarantine_rule *rule);

/* Ends the quarantine if its time was over when the error happened. */
void entry_end_before(struct entry *e, const struct event *event);

/* Adds an error to the history, so that it is known when it comes again. */
void entry_remember(struct entry *e, const struct event *event);

/* Drops what is over at `now_s`: an ended quarantine, forgotten errors, and events older than
 * the window of the rules; errors that can come again, and a delivery, are remembered for
 * ENTRY_MEMORY_S at least. True if the entry has changed. */
bool entry_expire(struct entry *e, const struct quarantine_rules *rules, int64_t now_s);

#endif
