/*
 * quarantine export: prints the quarantined and denied addresses as CSV (RFC 4180), for other
 * senders and services that read suppression lists.
 */
#include "base/rfc3339.h"
#include "base/writer.h"
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "quarantine/print_selected.h"
#include "quarantine/selection.h"

#include <csv.h>

static const struct option_usage usage = {
    "export [options]", "Print the quarantined and denied addresses as CSV.",
    (const struct option_entry *const[]){selection_option_table, statedir_option_table, NULL}};

/* Adds an address as a field, quoted if need be. An address has no line end to look for. */
static void add_field(struct buf *line, struct span value)
{
    if (memchr(value.p, ',', value.n) == NULL && memchr(value.p, '"', value.n) == NULL) {
        buf_add_span(line, value);
        return;
    }
    size_t most = 2 * value.n + 2;
    line->n += csv_write(buf_room(line, most), most, value.p, value.n);
}

static void write_header(struct writer *out)
{
    buf_add_string(writer_line(out), "email,reason,detail,state,created_at,until\r");
    writer_end_line(out);
}

static void write_entry(struct writer *out, struct span address, const struct entry *e,
                        int64_t now_s)
{
    enum entry_state state = entry_state_at(e, now_s);
    if (state != ENTRY_QUARANTINED && state != ENTRY_DENIED)
        return;
    char since[RFC3339_LENGTH + 1], until[RFC3339_LENGTH + 1] = "";
    rfc3339_format(e->since_s, since);
    if (e->until_s != QUARANTINE_NEVER)
        rfc3339_format(e->until_s, until);
    struct buf *line = writer_line(out);
    add_field(line, address);
    buf_format(line, ",%s,%s,%s,%s,%s\r", e->reason, e->detail, entry_state_name(state), since,
               until);
    writer_end_line(out);
}

int command_export(int argc, char **argv)
{
    int status = command_parse("quarantine", &usage, argc, argv);
    return status != OPTIONS_RUN ? status : print_selected(write_header, write_entry);
}
