/*
 * quarantine expire: forgets old errors, ends the quarantines whose time is over, and compacts the
 * journal into the snapshot; for cron.
 */
#include "base/clock.h"
#include "base/status.h"
#include "lib/rulesdir.h"
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "store/canonical.h"
#include "store/entry_count.h"
#include "store/store.h"

static const struct option_usage usage = {
    "expire [options]",
    "Forget old errors, end quarantines whose time is over, and compact the journal.",
    (const struct option_entry *const[]){canonical_option_table, store_option_table,
                                         statedir_option_table, rulesdir_option_table, NULL}};

static bool expire_entry(void *rules, struct span address, struct entry *e)
{
    (void)address;
    return entry_expire(e, rules, clock_now());
}

static int expire_all(struct store *store, struct quarantine_rules *rules)
{
    int status = store_lock(store);
    if (status != 0)
        return status;
    status = store_each(store, expire_entry, rules, true);
    return status == 0 ? store_commit(store) : status;
}

int command_expire(int argc, char **argv)
{
    struct quarantine_rules rules;
    struct store *store;
    int status = command_parse("quarantine", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = quarantine_rules_load(&rules);
    if (status != 0)
        return status;
    status = store_open(&store, STORE_CHANGE);
    if (status == 0)
        status = expire_all(store, &rules);
    quarantine_rules_clear(&rules);
    return first_failure(status, store_close(store));
}
