/*
 * quarantine list: prints all addresses that are not ok, as TSV.
 */
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "quarantine/listing.h"
#include "quarantine/print_selected.h"
#include "quarantine/selection.h"

static bool no_header;

static const struct option_entry own_table[] = {
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "do not print a header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "list [options]", "Print all addresses that are not ok, sorted by address, as TSV.",
    (const struct option_entry *const[]){selection_option_table, own_table, statedir_option_table,
                                         NULL}};

int command_list(int argc, char **argv)
{
    int status = command_parse("quarantine", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    return print_selected(no_header ? NULL : listing_write_header, listing_write);
}
