/*
 * event_row: reads a failure or a delivery from the columns of a row, for update.
 * Pure: no I/O and no clock. Owns nothing; the rules are borrowed. A row that says something that
 * is not understood fails, with the reason, so that update rejects it.
 */
#ifndef QUARANTINE_EVENT_ROW_H
#define QUARANTINE_EVENT_ROW_H

#include "base/span.h"
#include "base/status.h"
#include "store/entry_count.h"

enum event_column {
    EVENT_TYPE,
    EVENT_REASON,
    EVENT_DETAIL,
    EVENT_AT,
    EVENT_RESULT,
    EVENT_ACTION,
    EVENT_MESSAGE_ID,
    EVENT_TEXT,
    EVENT_CODE,
    EVENT_HOST,
    EVENT_IP,
    EVENT_MX_STATUS,
    EVENT_COLUMNS
};

/* The names of the columns, in this order; ends with NULL. */
extern const char *const event_columns[];

enum event_kind {
    EVENT_NOTHING, /* the row says nothing about its address, or nothing yet */
    EVENT_DELIVERY,
    EVENT_ERROR,
};

struct event_row {
    enum event_kind kind;
    enum quarantine_type type;
    char reason[QUARANTINE_WORD], detail[QUARANTINE_WORD]; /* in lower case; perhaps empty */
    int64_t time_s;
    uint64_t identity;
    const struct quarantine_rule *rule; /* by which an error counts; NULL: it does not */
};

/* Reads the values of a row, and finds its rule; `has` tells which of the columns the input has.
 * Without a column `type`, the reason gives the type. Returns NULL, or why the row is to be
 * rejected: static words.
 */
const char *event_row_read(struct event_row *e, const struct span row[EVENT_COLUMNS],
                           const bool has[EVENT_COLUMNS], const struct quarantine_rules *rules,
                           int64_t now_s);

/* The event, for entry_count(); borrows from `e` and `text`. */
struct event event_row_event(const struct event_row *e, struct span text, int64_t now_s);

#endif
