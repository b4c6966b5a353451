/*
 * quarantine list: what the state knows, as TSV.
 */
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "quarantine/listing.h"
#include "quarantine/print_selected.h"
#include "quarantine/selection.h"

static bool no_header;

static const struct option_entry own_table[] = {
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "write no header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "list [options]", "List the addresses with errors, and those that are not to be written to.",
    (const struct option_entry *const[]){selection_option_table, own_table, statedir_option_table,
                                         NULL}};

int command_list(int argc, char **argv)
{
    int status = command_parse(&usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    return print_selected(no_header ? NULL : listing_write_header, listing_write);
}
