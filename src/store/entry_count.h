/*
 * entry_count: how an event changes an entry, by the rules of the policy. Pure: no I/O, no clock
 * but the times given, which are seconds since 1970.
 */
#ifndef STORE_ENTRY_COUNT_H
#define STORE_ENTRY_COUNT_H

#include "store/entry.h"

/* A failed or delivered message, as `update` reads it. */
struct event {
    struct span reason, detail, text;
    int64_t time_s;    /* when it happened */
    int64_t now_s;     /* when it is read */
    uint64_t identity; /* 0: none, the event counts whenever it comes */
    bool delivered;
};

/* Counts an event by the policy's rule for it (NULL: nothing is counted). True if the entry has
 * changed. */
bool entry_count(struct entry *e, const struct event *event, const struct policy_rule *rule);

/* Drops what is over at `now_s`: an ended quarantine, forgotten errors, events older than the
 * policy's window. True if the entry has changed. */
bool entry_expire(struct entry *e, const struct policy *policy, int64_t now_s);

#endif
