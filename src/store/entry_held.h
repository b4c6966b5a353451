/*
 * entry_held: errors that are held back: they say that the address is dead, but so do those of too
 * many others at the same receiver (quarantine.rules(5), guard). An entry holds the latest one.
 * Pure: no I/O and no clock; every time is in seconds since 1970 and comes from the caller. Nothing
 * can fail; what goes in is borrowed during the call.
 */
#ifndef STORE_ENTRY_HELD_H
#define STORE_ENTRY_HELD_H

#include "store/entry_count.h"

/* True if a single error quarantines by this rule. */
bool entry_can_die(const struct quarantine_rule *rule);

/* True if this error would quarantine the address by itself. */
bool entry_would_die(const struct entry *e, const struct event *event,
                     const struct quarantine_rule *rule);

/* Holds the error back: it is known when it comes again, but not counted. */
void entry_hold(struct entry *e, const struct event *event, struct span receiver);

/* Takes back the error of this time and type that has quarantined the address, and holds it back.
 * False, and the entry is as it was, if its state is no longer that error's. */
bool entry_take_back(struct entry *e, int64_t time_s, enum quarantine_type type,
                     struct span receiver, const struct quarantine_rules *rules, int64_t now_s);

/* Counts the error that is held back, if it is not outdated. */
void entry_confirm(struct entry *e, const struct quarantine_rules *rules, int64_t now_s);

/* Forgets it; it stays known. */
void entry_drop_held(struct entry *e);

#endif
