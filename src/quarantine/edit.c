/*
 * quarantine add, allow, deny: set the state of addresses that are operands or rows on stdin.
 */
#include "quarantine/edit.h"

#include "base/ascii.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/status.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "quarantine/command.h"
#include "quarantine/edit_rows.h"
#include "quarantine/listing.h"
#include "store/canonical.h"
#include "store/store.h"

#include <sysexits.h>
#include <unistd.h>

static const char *reason = "";

static bool print;

const struct option_entry edit_option_table[] = {
    {'p', "print", OPTION_FLAG, &print, NULL,
     "print the addresses as they were, for import --exact", 0, 0},
    {0},
};
static const struct option_entry own_table[] = {
    {0, "reason", OPTION_TEXT, &reason, "WORD", "record WORD as the reason, for list", 0, 0},
    {0},
};
static const struct option_entry *const tables[] = {own_table,
                                                    edit_option_table,
                                                    canonical_option_table,
                                                    store_option_table,
                                                    statedir_option_table,
                                                    filter_option_table,
                                                    NULL};

struct edit {
    struct store *store;
    enum entry_state state;
    const char *reason;
    struct buf address;
    struct writer *out; /* what the addresses were; it is printed before they change */
};

/* True if there is nothing to change. A quarantine by hand does not end by itself, so one that does
 * is to be changed, and a new reason is noted. */
static bool is_already(const struct edit *e, const struct entry *entry)
{
    if (e->state == ENTRY_OK)
        return entry->state == ENTRY_OK && entry->counter_count == 0 && !entry->held.is_set;
    return entry->state == e->state && entry->until_s == QUARANTINE_NEVER && *e->reason == '\0';
}

/* An allowed domain would mean nothing: the addresses in it have their own states. */
static bool may_change(const struct edit *e, struct span address)
{
    return e->state != ENTRY_ALLOWED || span_at(address, 0) != '@';
}

static bool edit_entry(void *context, struct stream *s, struct span address, struct entry *entry)
{
    struct edit *e = context;
    if (s != NULL && !may_change(e, address)) {
        stream_reject(s, "a whole domain cannot be allowed; allow its addresses, or release it");
        return false;
    }
    if (is_already(e, entry))
        return false;
    if (print)
        listing_write(e->out, address, entry, clock_now());
    entry_set(entry, e->state, e->reason, clock_now());
    return true;
}

/* If this fails, nothing is changed: an undo needs the list. */
static int print_before(void *context)
{
    struct edit *e = context;
    return print ? writer_flush(e->out) : 0;
}

static void start_printing(struct edit *e, struct writer *out)
{
    e->out = out;
    if (print && stream_wants_header())
        listing_write_header(out);
}

static int edit_operand(struct edit *e, const char *operand)
{
    struct entry entry;
    if (!canonical_key(span_of(operand), &e->address) || !may_change(e, buf_span(&e->address))) {
        err_say("\"%s\" is not an address%s, so nothing is changed; write it as user@example.org",
                operand, e->state == ENTRY_ALLOWED ? " that can be allowed" : "");
        return EX_DATAERR;
    }
    int status = store_lock(e->store);
    if (status == 0)
        status = store_find(e->store, buf_span(&e->address), &entry);
    if (status == 0 && edit_entry(e, NULL, buf_span(&e->address), &entry))
        store_put(e->store, buf_span(&e->address), &entry);
    return status;
}

/* Changes all of them or, after a failure, none: there is one commit. */
static int edit_operands(struct edit *e, char **operands)
{
    struct writer out;
    int status = 0;
    writer_init(&out, STDOUT_FILENO, "stdout");
    start_printing(e, &out);
    for (; status == 0 && *operands != NULL; operands++)
        status = edit_operand(e, *operands);
    if (status == 0)
        status = print_before(e);
    if (status == 0)
        status = store_commit(e->store);
    if (status != 0)
        writer_abandon(&out);
    return first_failure(status, writer_close(&out));
}

static int edit_stdin(struct edit *e, char **no_files)
{
    const struct stream_spec spec = {.key = &key_address, .own_output = true};
    const struct edit_rows edit = {e->store, e, edit_entry, print_before};
    int status = 0;
    struct stream *s = stream_open(&spec, no_files, &status);
    if (s == NULL)
        return status;
    start_printing(e, stream_writer(s));
    status = edit_rows(&edit, s);
    return first_failure(status, stream_close(s));
}

int edit_run(char **operands, enum entry_state state, const char *why)
{
    struct edit e = {.state = state, .reason = why};
    int status = store_open(&e.store, state == ENTRY_OK ? STORE_CHANGE : STORE_BEGIN);
    if (status == 0)
        status = *operands != NULL ? edit_operands(&e, operands) : edit_stdin(&e, operands);
    buf_clear(&e.address);
    return first_failure(status, store_close(e.store));
}

static int run(int argc, char **argv, enum entry_state state, const struct option_usage *usage)
{
    int operands;
    int status = options_parse("quarantine", usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (*reason != '\0' && !quarantine_is_word(span_of(reason))) {
        err_say("--reason is \"%s\"; use one word of letters, digits and hyphens", reason);
        return EX_USAGE;
    }
    return edit_run(argv + operands, state, reason);
}

int command_add(int argc, char **argv)
{
    static const struct option_usage usage = {"add [options] [address ...]",
                                              "Quarantine addresses for good.", tables};
    return run(argc, argv, ENTRY_QUARANTINED, &usage);
}

int command_allow(int argc, char **argv)
{
    static const struct option_usage usage = {"allow [options] [address ...]",
                                              "Never quarantine these addresses.", tables};
    return run(argc, argv, ENTRY_ALLOWED, &usage);
}

int command_deny(int argc, char **argv)
{
    static const struct option_usage usage = {"deny [options] [address ...]",
                                              "Never write to these addresses.", tables};
    return run(argc, argv, ENTRY_DENIED, &usage);
}
