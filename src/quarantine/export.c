/*
 * quarantine export: the addresses not to be written to as CSV (RFC 4180), for senders and services
 * that read suppression lists.
 */
#include "base/clock.h"
#include "base/rfc3339.h"
#include "base/writer.h"
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "quarantine/selection.h"
#include "store/store.h"

#include <csv.h>
#include <unistd.h>

static const struct option_usage usage = {
    "export [options]", "Write the addresses that are not to be written to as CSV.",
    (const struct option_entry *const[]){selection_option_table, statedir_option_table, NULL}};

struct export
{
    struct writer out;
    struct selection selection;
};

/* An address, which has no line end, as a field: quoted where it must be. */
static void add_field(struct buf *line, struct span value)
{
    if (memchr(value.p, ',', value.n) == NULL && memchr(value.p, '"', value.n) == NULL) {
        buf_add_span(line, value);
        return;
    }
    size_t most = 2 * value.n + 2;
    line->n += csv_write(buf_room(line, most), most, value.p, value.n);
}

static bool export_entry(void *context, struct span address, struct entry *e)
{
    struct export *x = context;
    enum entry_state state = entry_state_at(e, clock_now());
    bool suppressed = state == ENTRY_QUARANTINED || state == ENTRY_DENIED;
    if (!suppressed || !selection_matches(&x->selection, address, e, clock_now()))
        return false;
    char since[RFC3339_LENGTH + 1];
    rfc3339_format(e->since, since);
    struct buf *line = writer_line(&x->out);
    add_field(line, address);
    buf_format(line, ",%s,%s,%s,%s\r", e->reason, e->detail, entry_state_name(state), since);
    writer_end_line(&x->out);
    return false;
}

static int export_all(struct export *x)
{
    struct store *store;
    int status = store_open(&store, false);
    if (status == 0) {
        writer_init(&x->out, STDOUT_FILENO, "stdout");
        buf_add_string(writer_line(&x->out), "email,reason,detail,state,created_at\r");
        writer_end_line(&x->out);
        status = store_each(store, export_entry, x, false);
        int closed = writer_close(&x->out);
        status = status != 0 ? status : closed;
    }
    selection_clear(&x->selection);
    store_close(store);
    return status;
}

int command_export(int argc, char **argv)
{
    struct export x = {0};
    int status = command_parse(&usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = selection_init(&x.selection);
    return status != 0 ? status : export_all(&x);
}
