/*
 * quarantine release: makes addresses ok and forgets their errors: those that are given, by edit.c,
 * or all of a selection, for the day after a receiver's outage that bounced thousands. What the
 * addresses of a selection were is printed as list does, so that the user can preview the release,
 * and undo it by import.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/status.h"
#include "lib/filter_options.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "quarantine/command.h"
#include "quarantine/edit.h"
#include "quarantine/listing.h"
#include "quarantine/selection.h"
#include "store/canonical.h"
#include "store/store.h"

#include <sysexits.h>
#include <unistd.h>

static bool dry_run;

static const struct option_entry own_table[] = {
    {'n', "dry-run", OPTION_FLAG, &dry_run, NULL,
     "print what would be released, and change nothing", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "release [options] [address ...]\n       quarantine release [-nN] --reason R|--domain "
    "M|--only S|--since T|--until T ...",
    "Make addresses ok, and forget their errors; with a selection, print them as they were.",
    (const struct option_entry *const[]){own_table, edit_option_table, selection_option_table,
                                         canonical_option_table, store_option_table,
                                         statedir_option_table, filter_option_table, NULL}};

struct release {
    struct selection selection;
    struct writer out;
    int64_t now_s;
};

static bool print_entry(void *context, struct span address, struct entry *e)
{
    struct release *r = context;
    if (selection_matches(&r->selection, address, e, r->now_s))
        listing_write(&r->out, address, e, r->now_s);
    return false;
}

static bool release_entry(void *context, struct span address, struct entry *e)
{
    struct release *r = context;
    if (!selection_matches(&r->selection, address, e, r->now_s))
        return false;
    entry_set(e, ENTRY_OK, "", r->now_s);
    return true;
}

/* Releases all of the selection or, after a failure, none: the changes become one new snapshot.
 * What the addresses were is printed before: an undo needs it. */
static int release_selected(struct release *r, struct store *store)
{
    int status = dry_run ? 0 : store_lock(store);
    if (status == 0)
        status = store_each(store, print_entry, r, false);
    if (status == 0)
        status = writer_flush(&r->out);
    if (status == 0 && !dry_run)
        status = store_each(store, release_entry, r, true);
    return first_failure(status, status == 0 ? store_commit(store) : 0);
}

static int release_selection(void)
{
    struct release r = {.now_s = clock_now()};
    struct store *store;
    int status = selection_init(&r.selection);
    if (status != 0)
        return status;
    status = store_open(&store, dry_run ? STORE_READ : STORE_CHANGE);
    if (status == 0) {
        writer_init(&r.out, STDOUT_FILENO, "stdout");
        if (stream_wants_header())
            listing_write_header(&r.out);
        status = release_selected(&r, store);
        if (status != 0)
            writer_abandon(&r.out);
        status = first_failure(status, writer_close(&r.out));
    }
    selection_clear(&r.selection);
    return first_failure(status, store_close(store));
}

int command_release(int argc, char **argv)
{
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (!selection_is_given() && !dry_run)
        return edit_run(argv + operands, ENTRY_OK, "");
    if (!selection_is_given() || operands < argc) {
        err_say("release takes addresses or a selection such as --since, not both; -n needs a "
                "selection");
        return EX_USAGE;
    }
    return release_selection();
}
