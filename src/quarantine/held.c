/*
 * quarantine held: lists the errors that the guard holds back, because too many addresses of one
 * domain or receiver failed at once; counts them after all, or drops them.
 */
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
#include "quarantine/guard_file.h"
#include "store/entry_held.h"
#include "store/store.h"

#include <sysexits.h>
#include <unistd.h>

static bool confirm, drop, no_header;
static const char *by_domain, *by_receiver;

static const struct option_entry own_table[] = {
    {0, "confirm", OPTION_FLAG, &confirm, NULL, "count these errors, and print them", 0, 0},
    {0, "drop", OPTION_FLAG, &drop, NULL, "forget these errors, and print them", 0, 0},
    {0, "domain", OPTION_TEXT, &by_domain, "MASK",
     "choose addresses whose domain matches MASK (* and ?)", 0, 0},
    {0, "receiver", OPTION_TEXT, &by_receiver, "MASK",
     "choose errors whose receiver matches MASK (* and ?)", 0, 0},
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "do not print a header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "held [options]",
    "Print the errors that are held back, because too many addresses failed at once.",
    (const struct option_entry *const[]){own_table, store_option_table, statedir_option_table,
                                         rulesdir_option_table, NULL}};

struct held_run {
    struct quarantine_rules rules;
    struct writer out;
    struct guard guard;
    struct buf key; /* scratch */
    int64_t now_s;
};

static bool is_chosen(struct span address, const struct entry *e)
{
    return e->held.is_set &&
           (by_domain == NULL || rule_mask_match(span_of(by_domain), address_domain(address))) &&
           (by_receiver == NULL ||
            rule_mask_match(span_of(by_receiver), span_of(e->held.receiver)));
}

static void write_held(struct writer *out, struct span address, const struct held *h)
{
    static const char *const types[] = {
        [QUARANTINE_ANY] = "-",
        [QUARANTINE_HARD] = "hard",
        [QUARANTINE_SOFT] = "soft",
        [QUARANTINE_IGNORED] = "ignored",
    };
    char at[RFC3339_LENGTH + 1];
    struct buf *line = writer_line(out);
    size_t reason = strcspn(h->what, "/");
    rfc3339_format(h->time_s, at);
    escape_field(line, address);
    buf_format(line, "\t%s\t%s\t", at, types[h->type]);
    escape_field(line, span_make(h->what, reason));
    buf_add_char(line, '\t');
    escape_field(line, span_of(h->what + reason + (h->what[reason] == '/')));
    buf_add_char(line, '\t');
    escape_field(line, span_of(h->receiver));
    buf_add_char(line, '\t');
    escape_field(line, span_make(h->text, h->text_length));
    writer_end_line(out);
}

/* The guard forgets the address: what somebody has confirmed or dropped is not taken back. */
static bool print_held(void *context, struct span address, struct entry *e)
{
    struct held_run *r = context;
    if (!is_chosen(address, e))
        return false;
    write_held(&r->out, address, &e->held);
    buf_empty(&r->key);
    escape_text(&r->key, address);
    if (confirm || drop)
        guard_forget(&r->guard, buf_span(&r->key));
    return false;
}

static bool change_held(void *context, struct span address, struct entry *e)
{
    struct held_run *r = context;
    if (!is_chosen(address, e))
        return false;
    if (confirm)
        entry_confirm(e, &r->rules, r->now_s);
    else
        entry_drop_held(e);
    return true;
}

/* Prints first, so that a list that cannot be written changes nothing. */
static int print_all(struct held_run *r, struct store *store)
{
    if (!no_header) {
        buf_add_string(writer_line(&r->out), "address\tat\ttype\treason\tdetail\treceiver\ttext");
        writer_end_line(&r->out);
    }
    int status = store_each(store, print_held, r, false);
    return status == 0 ? writer_flush(&r->out) : status;
}

static int change_all(struct held_run *r, struct store *store)
{
    struct guard_file file = {0};
    int status = store_lock(store);
    if (status == 0)
        status = guard_file_open(&file);
    if (status == 0)
        status = guard_file_load(&file, &r->guard);
    guard_start(&r->guard);
    if (status == 0)
        status = print_all(r, store);
    if (status == 0)
        status = guard_file_save(&file, &r->guard);
    if (status == 0)
        status = store_each(store, change_held, r, true);
    guard_file_close(&file);
    return status == 0 ? store_commit(store) : status;
}

static int run_held(struct held_run *r)
{
    struct store *store;
    int status = store_open(&store, confirm || drop ? STORE_CHANGE : STORE_READ);
    if (status == 0) {
        writer_init(&r->out, STDOUT_FILENO, "stdout");
        status = confirm || drop ? change_all(r, store) : print_all(r, store);
        status = first_failure(status, writer_close(&r->out));
    }
    return first_failure(status, store_close(store));
}

int command_held(int argc, char **argv)
{
    struct held_run r = {0};
    int status = command_parse("quarantine", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    if (confirm && drop) {
        err_say("held takes --confirm or --drop, not both");
        return EX_USAGE;
    }
    status = quarantine_rules_load(&r.rules);
    if (status != 0)
        return status;
    r.now_s = clock_now();
    r.guard.rules = &r.rules;
    status = run_held(&r);
    guard_clear(&r.guard);
    buf_clear(&r.key);
    quarantine_rules_clear(&r.rules);
    return status;
}
