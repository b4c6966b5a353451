/*
 * quarantine add, allow, deny, release: states by hand, of addresses given as operands or as rows
 * on stdin.
 */
#include "address.h"
#include "book.h"
#include "clock.h"
#include "command.h"
#include "err.h"
#include "stream.h"

#include <sysexits.h>

static bool no_wait;
static const char *reason = "";

static const struct option_entry own_table[] = {
    {0, "no-wait", OPTION_FLAG, &no_wait, NULL, "exit with 75 where another run holds the lock", 0,
     0},
    {0, "reason", OPTION_TEXT, &reason, "WORD", "why, for the list", 0, 0},
    {0},
};
static const struct option_entry *const tables[] = {own_table, statedir_option_table,
                                                    stream_option_table, NULL};

struct edit {
    struct book *book;
    enum entry_state state;
    struct buf address;
};

/* True if the text was an address. Only what differs is written. */
static bool edit_address(struct edit *e, struct span text)
{
    struct entry entry;
    if (!address_normalise(text, &e->address))
        return false;
    struct span address = buf_span(&e->address);
    bool found = book_find(e->book, address, &entry);
    if (e->state == ENTRY_OK ? found : !found || entry.state != e->state) {
        entry_set(&entry, e->state, reason, clock_now());
        book_put(e->book, address, &entry);
    }
    return true;
}

static int edit_operands(struct edit *e, char **operands)
{
    int status = 0;
    for (; *operands != NULL; operands++)
        if (!edit_address(e, span_of(*operands))) {
            err_say("\"%s\" is no address; write it as user@example.org", *operands);
            status = EX_DATAERR;
        }
    return status;
}

static int edit_rows(struct edit *e, char **no_files)
{
    const struct stream_spec spec = {.keys = (const char *const[]){"address", NULL},
                                     .own_output = true};
    int status = 0;
    struct stream *s = stream_open(&spec, no_files, &status);
    enum stream_event event;
    if (s == NULL)
        return status;
    while ((event = stream_next(s)) < STREAM_END)
        if (event == STREAM_ROW && !edit_address(e, stream_key(s)))
            stream_reject(s, "no address, where one such as user@example.org is wanted");
    return stream_close(s);
}

/* The lock is held for the whole, so that all of it happens or none. */
static int edit_all(struct edit *e, char **operands)
{
    int status = book_lock(e->book, no_wait);
    if (status != 0)
        return status;
    int wrong = *operands != NULL ? edit_operands(e, operands) : edit_rows(e, operands);
    status = book_commit(e->book);
    int unlocked = book_unlock(e->book);
    return status != 0 ? status : unlocked != 0 ? unlocked : wrong;
}

static int run(int argc, char **argv, enum entry_state state, const struct option_usage *usage)
{
    struct edit e = {.state = state};
    int operands;
    int status = options_parse("quarantine", usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    status = book_open(&e.book, true);
    if (status == 0)
        status = edit_all(&e, argv + operands);
    buf_free(&e.address);
    book_close(e.book);
    return status;
}

int command_add(int argc, char **argv)
{
    static const struct option_usage usage = {"add [options] [address ...]",
                                              "Put addresses into quarantine.", tables};
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

int command_release(int argc, char **argv)
{
    static const struct option_usage usage = {"release [options] [address ...]",
                                              "Free addresses of their errors and of any state.",
                                              tables};
    return run(argc, argv, ENTRY_OK, &usage);
}
