/*
 * quarantine list: what the state knows, as TSV.
 */
#include "base/clock.h"
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "quarantine/listing.h"
#include "quarantine/selection.h"
#include "store/store.h"

#include <unistd.h>

static bool no_header;

static const struct option_entry own_table[] = {
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "write no header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "list [options]", "List the addresses with errors, and those that are not to be written to.",
    (const struct option_entry *const[]){selection_option_table, own_table, statedir_option_table,
                                         NULL}};

struct list {
    struct writer out;
    struct selection selection;
};

static bool list_entry(void *context, struct span address, struct entry *e)
{
    struct list *l = context;
    if (selection_matches(&l->selection, address, e, clock_now()))
        listing_write(&l->out, address, e, clock_now());
    return false;
}

static int list_all(struct list *l)
{
    struct store *store;
    int status = store_open(&store, false);
    if (status == 0) {
        writer_init(&l->out, STDOUT_FILENO, "stdout");
        if (!no_header)
            listing_write_header(&l->out);
        status = store_each(store, list_entry, l, false);
        int closed = writer_close(&l->out);
        status = status != 0 ? status : closed;
    }
    selection_clear(&l->selection);
    store_close(store);
    return status;
}

int command_list(int argc, char **argv)
{
    struct list l = {0};
    int status = command_parse(&usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = selection_init(&l.selection);
    return status != 0 ? status : list_all(&l);
}
