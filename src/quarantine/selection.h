/*
 * selection: the options by which list, release and export choose entries: state, reason, domain,
 * time, text.
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
    int64_t since_s, until_s; /* INT64_MIN and INT64_MAX where not given */
    struct pattern *text;     /* or NULL; owned, as is the matcher */
    struct matcher *matcher;
    struct buf readable; /* a text as UTF-8 */
};

/* Reads the options: 0 or EX_USAGE, said. */
MUST_CHECK int selection_init(struct selection *s);

/* Was any of the options given? */
bool selection_is_given(void);

/* Is it one of those, as things stand at `now_s`? One that is ok never is. */
bool selection_matches(struct selection *s, struct span address, const struct entry *e,
                       int64_t now_s);

void selection_clear(struct selection *s);

#endif
