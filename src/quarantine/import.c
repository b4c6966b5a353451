/*
 * quarantine import: takes over the addresses in a list: one that list or release printed, or
 * another sender's suppression list, in TSV or CSV. Without --exact, an address that is denied,
 * allowed or already quarantined for longer stays as it is.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/rfc3339.h"
#include "base/status.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "quarantine/command.h"
#include "quarantine/edit_rows.h"
#include "store/canonical.h"
#include "store/entry_facts.h"
#include "store/store.h"

#include <stdlib.h>
#include <sysexits.h>

static bool exact;

static const struct option_entry own_table[] = {
    {0, "exact", OPTION_FLAG, &exact, NULL,
     "give each address its state in the list, to undo a change", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "import [options] [file ...]",
    "Import the addresses from a list, or from another sender's suppression list.",
    (const struct option_entry *const[]){own_table, canonical_option_table, store_option_table,
                                         statedir_option_table, filter_option_table, NULL}};

enum column {
    COLUMN_STATE,
    COLUMN_REASON,
    COLUMN_DETAIL,
    COLUMN_ERRORS,
    COLUMN_SINCE,
    COLUMN_UNTIL,
    COLUMN_FIRST,
    COLUMN_LAST,
    COLUMN_TEXT,
    COLUMN_OTHERS, /* other names of reason, then of since */
};

static const char *const reads[] = {"state",
                                    "reason",
                                    "detail",
                                    "errors",
                                    "since",
                                    "until",
                                    "first",
                                    "last",
                                    "text",
                                    "Reason",
                                    "type",
                                    "Type",
                                    "SuppressionReason",
                                    "suppression_reason",
                                    "created",
                                    "Created",
                                    "created_at",
                                    "CreatedAt",
                                    "LastUpdateTime",
                                    "timestamp",
                                    NULL};

enum { FIRST_REASON = COLUMN_OTHERS, FIRST_TIME = COLUMN_OTHERS + 5, COLUMNS = COLUMN_OTHERS + 11 };

static const struct stream_spec spec = {
    .key = KEY_ADDRESS,
    .reads = reads,
    .own_output = true,
};

/* What other senders' lists call a state. The first of these words with which the text begins
 * decides. */
static const struct {
    const char *word;
    enum entry_state state;
    const char *reason, *detail;
} words[] = {
    {"complain", ENTRY_DENIED, "refused", "complaint"},
    {"spam", ENTRY_DENIED, "refused", "complaint"},
    {"abuse", ENTRY_DENIED, "refused", "complaint"},
    {"unsub", ENTRY_DENIED, "unsubscribed", ""},
    {"manual", ENTRY_DENIED, "by-hand", ""},
    {"hard", ENTRY_QUARANTINED, "user-unknown", ""},
    {"bounce", ENTRY_QUARANTINED, "user-unknown", ""},
    {"invalid", ENTRY_QUARANTINED, "user-unknown", ""},
};

/* The first column of a range that is set in the row; empty if none of them is. */
static struct span first_set(struct stream *s, size_t first, size_t end)
{
    struct span value = {0};
    for (size_t i = first; i < end && value.n == 0; i++)
        value = stream_get(s, i);
    return value;
}

static void apply_word(struct entry_facts *f, struct span text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text.n >= strlen(words[i].word) &&
            strncasecmp(text.p, words[i].word, strlen(words[i].word)) == 0) {
            f->state = words[i].state;
            f->reason = span_of(words[i].reason);
            f->detail = span_of(words[i].detail);
            return;
        }
}

static int64_t time_in(struct span text, int64_t otherwise)
{
    int64_t time_s;
    return rfc3339_parse(text, &time_s) ? time_s : otherwise;
}

/* Reads the facts in the row; if they are invalid, rejects the row and returns false. */
static bool read_facts(struct stream *s, struct entry_facts *f)
{
    struct span state = stream_get(s, COLUMN_STATE), reason = stream_get(s, COLUMN_REASON);
    struct span since = stream_get(s, COLUMN_SINCE), errors = stream_get(s, COLUMN_ERRORS);
    *f = (struct entry_facts){.state = ENTRY_QUARANTINED,
                              .reason = reason,
                              .detail = stream_get(s, COLUMN_DETAIL),
                              .text = stream_get(s, COLUMN_TEXT)};
    if (state.n > 0 && !entry_state_find(state, &f->state)) {
        stream_reject(s, "unknown state; use ok, erroneous, quarantined, allowed or denied");
        return false;
    }
    if (state.n == 0)
        apply_word(f, reason.n > 0 ? reason : first_set(s, FIRST_REASON, FIRST_TIME));
    f->since_s = time_in(since.n > 0 ? since : first_set(s, FIRST_TIME, COLUMNS), clock_now());
    f->until_s = time_in(stream_get(s, COLUMN_UNTIL), QUARANTINE_NEVER);
    f->first_s = time_in(stream_get(s, COLUMN_FIRST), f->since_s);
    f->last_s = time_in(stream_get(s, COLUMN_LAST), f->first_s);
    char digits[20] = "";
    memcpy(digits, errors.n > 0 ? errors.p : "", errors.n < sizeof digits ? errors.n : 0);
    f->errors = strtoll(digits, NULL, 10);
    return true;
}

static bool import_row(void *context, struct stream *s, struct span address, struct entry *e)
{
    struct entry_facts facts;
    (void)context;
    (void)address;
    if (!read_facts(s, &facts))
        return false;
    if (!exact)
        return entry_merge(e, &facts, clock_now());
    entry_restore(e, &facts, clock_now());
    return true;
}

int command_import(int argc, char **argv)
{
    struct store *store;
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    status = store_open(&store, STORE_BEGIN);
    struct stream *s = status == 0 ? stream_open(&spec, argv + operands, &status) : NULL;
    if (s != NULL) {
        const struct edit_rows edit = {.store = store, .change = import_row};
        status = edit_rows(&edit, s);
        status = first_failure(status, stream_close(s));
    }
    return first_failure(status, store_close(store));
}
