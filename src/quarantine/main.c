/*
 * quarantine: answers one question: may we still write to this address? It counts errors by reason,
 * and keeps dead addresses out of the next run.
 */
#include "quarantine/command.h"

static const struct command commands[] = {
    {"update", command_update, "Count errors and deliveries; add state and errors"},
    {"filter", command_filter, "Pass the rows whose address may be written to"},
    {"list", command_list, "Print all addresses that are not ok, and why"},
    {"show", command_show, "Print all that is known about some addresses"},
    {"stats", command_stats, "Count addresses by state, reason, domain and day"},
    {"add", command_add, "Quarantine addresses for good"},
    {"allow", command_allow, "Never quarantine these addresses"},
    {"deny", command_deny, "Never write to these addresses"},
    {"release", command_release, "Make addresses ok, and forget their errors"},
    {"held", command_held, "List the errors that the guard holds back; count or drop them"},
    {"import", command_import, "Import the addresses from a list or a suppression list"},
    {"export", command_export, "Print the quarantined and denied addresses as CSV"},
    {"expire", command_expire, "Forget old errors, and end quarantines whose time is over"},
    {"check", command_check, "Check the files of the state, or repair them"},
    {0},
};

int main(int argc, char **argv)
{
    return commands_run("quarantine",
                        "Count errors by reason, and keep dead addresses out of the next run.",
                        commands, argc, argv);
}
