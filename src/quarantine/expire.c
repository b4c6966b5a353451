/*
 * quarantine expire: forgets and releases what is due, and folds the journal into the snapshot; for
 * cron.
 */
#include "store/store.h"
#include "base/clock.h"
#include "quarantine/command.h"
#include "lib/rulesdir.h"

static const struct option_usage usage = {
    "expire [options]", "Forget old errors and end quarantines whose time is over.",
    (const struct option_entry *const[]){book_option_table, statedir_option_table,
                                         rulesdir_option_table, NULL}};

static bool expire_entry(void *policy, struct span address, struct entry *e)
{
    (void)address;
    return entry_expire(e, policy, clock_now());
}

static int expire_all(struct book *book, struct policy *policy)
{
    int status = book_lock(book);
    if (status != 0)
        return status;
    status = book_each(book, expire_entry, policy, true);
    return status == 0 ? book_commit(book) : status;
}

int command_expire(int argc, char **argv)
{
    struct policy policy;
    struct book *book;
    int status = command_parse(&usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = policy_load(&policy);
    if (status != 0)
        return status;
    status = book_open(&book, true);
    if (status == 0)
        status = expire_all(book, &policy);
    policy_free(&policy);
    int closed = book_close(book);
    return status != 0 ? status : closed;
}
