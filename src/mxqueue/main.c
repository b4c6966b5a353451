/*
 * mxqueue: a queue of rows that loses none and doubles none: rows are added with their message,
 * given out when they are due, and taken back with their results.
 */
#include "mxqueue/command.h"

static const struct command commands[] = {
    {"add", command_add, "Add the rows of a list, each with its message"},
    {"due", command_due, "Give out the rows whose time has come"},
    {"done", command_done, "Take rows back, with their results"},
    {"list", command_list, "Print the rows, and whether they wait"},
    {"stats", command_stats, "Count the rows by state, result and message"},
    {"log", command_log, "Print the rows that have ended, with all their columns"},
    {"expire", command_expire, "Forget rows that ended long ago; for cron"},
    {0},
};

int main(int argc, char **argv)
{
    return commands_run("mxqueue", "A queue that loses no row and doubles none.", commands, argc,
                        argv);
}
