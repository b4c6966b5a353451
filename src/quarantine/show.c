/*
 * quarantine show: prints what the state knows of each address, and what its next errors would do.
 */
#include "base/ascii.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/rfc3339.h"
#include "base/status.h"
#include "base/writer.h"
#include "lib/address.h"
#include "lib/rulesdir.h"
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "store/canonical.h"
#include "store/entry_count.h"
#include "store/store.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static const struct option_usage usage = {
    "show [options] address ...",
    "Print all that is known about each address, and what its next errors would do.",
    (const struct option_entry *const[]){canonical_option_table, statedir_option_table,
                                         rulesdir_option_table, NULL}};

struct show {
    struct store *store;
    struct quarantine_rules rules;
    struct writer out;
    struct buf address;
};

static void add_time(struct buf *line, const char *before, int64_t time_s)
{
    char text[RFC3339_LENGTH + 1];
    rfc3339_format(time_s, text);
    buf_format(line, "%s%s", before, text);
}

static void add_until(struct buf *line, const struct entry *e)
{
    if (e->state != ENTRY_QUARANTINED)
        return;
    if (e->until_s == QUARANTINE_NEVER)
        buf_add_string(line, ", for good");
    else
        add_time(line, " until ", e->until_s);
}

/* `user@example.org: quarantined since ... until ..., because of mailbox-full`. */
static void write_state(struct show *s, const struct entry *e)
{
    struct buf *line = writer_line(&s->out);
    enum entry_state state = entry_state_at(e, clock_now());
    escape_text(line, buf_span(&s->address));
    buf_format(line, ": %s", entry_state_name(state));
    if (state != e->state)
        add_time(line, ", its quarantine has ended at ", e->until_s);
    else if (state != ENTRY_OK && state != ENTRY_ERRONEOUS)
        add_time(line, " since ", e->since_s);
    if (state == e->state)
        add_until(line, e);
    if (e->reason[0] != '\0')
        buf_format(line, ", because of %s%s%s", e->reason, e->detail[0] != '\0' ? " " : "",
                   e->detail);
    writer_end_line(&s->out);
}

static void write_counters(struct show *s, const struct entry *e)
{
    for (size_t i = 0; i < e->counter_count; i++) {
        const struct counter *c = &e->counters[i];
        struct buf *line = writer_line(&s->out);
        buf_format(line, "  %s: %jd error%s,", c->name, (intmax_t)c->errors,
                   c->errors == 1 ? "" : "s");
        add_time(line, c->errors == 1 ? " at " : " from ", c->first_s);
        if (c->errors != 1)
            add_time(line, " to ", c->last_s);
        writer_end_line(&s->out);
    }
}

static int compare_times(const void *a, const void *b)
{
    const struct history *x = a, *y = b;
    return x->time_s < y->time_s ? -1 : x->time_s > y->time_s;
}

/* Sorts the history by time, and writes it and the text of the last error. */
static void write_history(struct show *s, struct entry *e)
{
    qsort(e->history, e->history_count, sizeof *e->history, compare_times);
    for (size_t i = 0; i < e->history_count; i++) {
        const struct history *h = &e->history[i];
        struct buf *line = writer_line(&s->out);
        add_time(line, "  ", h->time_s);
        buf_format(line, " %s%s", h->identity != 0 ? "error " : "", h->what);
        writer_end_line(&s->out);
    }
    if (e->text_length == 0)
        return;
    struct buf *line = writer_line(&s->out);
    buf_add_string(line, "  the last error said: ");
    escape_text(line, entry_text(e));
    writer_end_line(&s->out);
}

static void write_held(struct show *s, const struct entry *e)
{
    const struct held *h = &e->held;
    if (!h->is_set)
        return;
    struct buf *line = writer_line(&s->out);
    buf_format(line, "  held back: %s", h->what);
    add_time(line, " at ", h->time_s);
    buf_format(line, ", because of the receiver %s; see quarantine held", h->receiver);
    writer_end_line(&s->out);
}

/* Writes what an error of this reason and detail would make of the entry now. */
static void write_next(struct show *s, const struct entry *e, struct span reason,
                       const struct quarantine_rule *rule)
{
    static const char *const types[] = {
        [QUARANTINE_ANY] = "",
        [QUARANTINE_HARD] = "hard ",
        [QUARANTINE_SOFT] = "soft ",
        [QUARANTINE_IGNORED] = "ignored ",
    };
    struct entry after = *e;
    struct span detail = rule->detail;
    const struct event event = {.reason = reason,
                                .detail = detail,
                                .type = rule->type,
                                .time_s = clock_now(),
                                .now_s = clock_now()};
    bool counted = entry_count(&after, &event, rule);
    struct buf *line = writer_line(&s->out);
    buf_format(line, "  the next %s%.*s%s%.*s: ", types[rule->type], (int)reason.n, reason.p,
               detail.n > 0 ? " " : "", (int)detail.n, detail.p);
    if (!counted) {
        buf_add_string(line, "not counted");
    } else {
        buf_add_string(line, entry_state_name(after.state));
        add_until(line, &after);
        if (after.state == ENTRY_ERRONEOUS)
            buf_format(line, ", %jd of %jd errors", (intmax_t)entry_latest(&after)->errors,
                       (intmax_t)rule->after);
    }
    writer_end_line(&s->out);
}

/* Writes this for each reason of each rule, unless an earlier rule applies to the reason. */
static void write_prospects(struct show *s, const struct entry *e)
{
    for (size_t i = 0; i < s->rules.count; i++) {
        const struct quarantine_rule *rule = &s->rules.rules[i];
        struct span list = rule->reasons, reason;
        while (span_next_word(&list, &reason))
            if (quarantine_rules_find(&s->rules, reason, rule->detail, rule->type) == rule)
                write_next(s, e, reason, rule);
    }
}

/* Writes the state of the whole domain, if it may not be written to. */
static int write_domain(struct show *s)
{
    struct entry e;
    struct span domain = address_domain(buf_span(&s->address));
    if (span_at(buf_span(&s->address), 0) == '@' || domain.n == 0)
        return 0;
    int status = store_find(s->store, span_make(domain.p - 1, domain.n + 1), &e);
    enum entry_state state = entry_state_at(&e, clock_now());
    if (status == 0 && (state == ENTRY_QUARANTINED || state == ENTRY_DENIED)) {
        struct buf *line = writer_line(&s->out);
        buf_format(line, "  its whole domain: %s", entry_state_name(state));
        add_time(line, " since ", e.since_s);
        writer_end_line(&s->out);
    }
    return status;
}

static int show_address(struct show *s, const char *operand)
{
    struct entry e;
    if (!canonical_key(span_of(operand), &s->address)) {
        err_say("\"%s\" is not an address; write it as user@example.org", operand);
        return EX_DATAERR;
    }
    int status = store_find(s->store, buf_span(&s->address), &e);
    if (status != 0)
        return status;
    write_state(s, &e);
    status = write_domain(s);
    write_counters(s, &e);
    write_held(s, &e);
    write_history(s, &e);
    write_prospects(s, &e);
    return status;
}

static int show_all(struct show *s, char **operands)
{
    int status = store_open(&s->store, STORE_READ), worst = 0;
    writer_init(&s->out, STDOUT_FILENO, "stdout");
    for (; status == 0 && *operands != NULL; operands++) {
        int shown = show_address(s, *operands);
        worst = shown != 0 ? shown : worst;
    }
    status = first_failure(status, writer_close(&s->out));
    status = first_failure(status, store_close(s->store));
    return first_failure(status, worst);
}

int command_show(int argc, char **argv)
{
    struct show s = {0};
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (operands == argc) {
        err_say("show needs an address; see quarantine show -h");
        return EX_USAGE;
    }
    status = quarantine_rules_load(&s.rules);
    if (status != 0)
        return status;
    status = show_all(&s, argv + operands);
    buf_clear(&s.address);
    quarantine_rules_clear(&s.rules);
    return status;
}
