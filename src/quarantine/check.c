/*
 * quarantine check: reads every line of the state, and prints that it is sound or reports where it
 * is not. Like any writer, it cuts off an incomplete write at the journal's end; with --repair it
 * first takes out what is damaged.
 */
#include "base/status.h"
#include "base/writer.h"
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "store/repair.h"
#include "store/store.h"

#include <sysexits.h>
#include <unistd.h>

static bool repair;

static const struct option_entry own_table[] = {
    {0, "repair", OPTION_FLAG, &repair, NULL, "first move damaged lines to quarantine.damaged", 0,
     0},
    {0},
};
static const struct option_usage usage = {
    "check [options]", "Check every line of the state, and count the addresses by state.",
    (const struct option_entry *const[]){own_table, store_option_table, statedir_option_table,
                                         NULL}};

struct check {
    uint64_t addresses, in_state[ENTRY_DENIED + 1];
};

static bool count_entry(void *context, struct span address, struct entry *e)
{
    struct check *c = context;
    (void)address;
    c->addresses++;
    c->in_state[e->state]++;
    return false;
}

static int print_sound(const struct check *c)
{
    struct writer out;
    writer_init(&out, STDOUT_FILENO, "stdout");
    struct buf *line = writer_line(&out);
    buf_format(line, "sound: %ju addresses", (uintmax_t)c->addresses);
    for (enum entry_state s = ENTRY_OK; s <= ENTRY_DENIED; s++)
        if (c->in_state[s] > 0)
            buf_format(line, ", %ju %s", (uintmax_t)c->in_state[s], entry_state_name(s));
    writer_end_line(&out);
    return writer_close(&out);
}

static int check_all(struct store *store, struct check *c)
{
    int status = store_lock(store);
    if (status == 0)
        status = store_each(store, count_entry, c, false);
    return first_failure(status, store_commit(store));
}

static int check_state(void)
{
    struct check c = {0};
    struct store *store;
    int status = store_open(&store, STORE_CHANGE);
    if (status == 0)
        status = check_all(store, &c);
    if (status == 0)
        status = print_sound(&c);
    return first_failure(status, store_close(store));
}

int command_check(int argc, char **argv)
{
    bool damaged = false;
    int status = command_parse("quarantine", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = repair ? repair_state(&damaged) : 0;
    if (status == 0)
        status = check_state();
    return status == 0 && damaged ? EX_DATAERR : status;
}
