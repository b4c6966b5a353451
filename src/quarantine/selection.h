/*
 * selection: the options by which list, release and export choose entries: by state, reason,
 * domain, time and text. A selection owns its pattern; the caller frees it with selection_clear().
 * Only selection_init() can fail.
 */
#ifndef QUARANTINE_SELECTION_H
#define QUARANTINE_SELECTION_H

#include "base/options.h"
#include "base/status.h"
#include "lib/pattern.h"
#include "store/entry.h"

/* --only, --reason, --domain, --since, --until, --text */
extern const struct option_entry selection_option_table[];

struct selection {
    bool by_state;
    enum entry_state state;
    int64_t since_s, until_s; /* seconds since 1970; INT64_MIN and INT64_MAX if not given */
    struct pattern *text;     /* NULL if not given */
    struct matcher *matcher;
    struct buf readable; /* scratch: a text as UTF-8 */
};

/* Reads the options: 0 or EX_USAGE (reported). After a failure nothing is to be freed. */
MUST_CHECK int selection_init(struct selection *s);

/* True if any of the options was given. */
bool selection_is_given(void);

/* True if the entry meets all options that were given, and is not ok, at `now_s` (seconds since
 * 1970). */
bool selection_matches(struct selection *s, struct span address, const struct entry *e,
                       int64_t now_s);

void selection_clear(struct selection *s);

#endif
