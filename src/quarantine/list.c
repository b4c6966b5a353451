/*
 * quarantine list: what the state knows, as TSV.
 */
#include "address.h"
#include "book.h"
#include "clock.h"
#include "command.h"
#include "err.h"
#include "escape.h"
#include "rfc3339.h"
#include "rulefile.h"
#include "writer.h"

#include <sysexits.h>
#include <unistd.h>

static const char *by_state, *by_reason, *by_domain;
static bool no_header;

static const struct option_entry own_table[] = {
    {0, "only", OPTION_TEXT, &by_state, "STATE",
     "erroneous, quarantined, allowed or denied ones alone", 0, 0},
    {0, "reason", OPTION_TEXT, &by_reason, "REASON", "those of this reason alone", 0, 0},
    {0, "domain", OPTION_TEXT, &by_domain, "MASK", "those at this domain alone (* and ? in it)", 0,
     0},
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "write no header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "list [options]", "List the addresses with errors, and those that are not to be written to.",
    (const struct option_entry *const[]){own_table, statedir_option_table, NULL}};

struct list {
    struct writer out;
    enum entry_state state;
};

static bool is_wanted(const struct list *l, struct span address, const struct entry *e)
{
    enum entry_state state = entry_state_at(e, clock_now());
    return state != ENTRY_OK && (by_state == NULL || state == l->state) &&
           (by_reason == NULL || span_is(entry_why(e), by_reason)) &&
           (by_domain == NULL || rule_mask_match(span_of(by_domain), address_domain(address)));
}

static void add_time(struct buf *line, bool set, int64_t time)
{
    char text[RFC3339_LENGTH + 1];
    rfc3339_format(time, text);
    buf_format(line, "\t%s", set ? text : "-");
}

static bool list_entry(void *context, struct span address, struct entry *e)
{
    struct list *l = context;
    if (!is_wanted(l, address, e))
        return false;
    struct buf *line = writer_line(&l->out);
    struct span reason = entry_why(e);
    int64_t first = 0, last = 0;
    bool errors = entry_error_times(e, &first, &last);
    escape_field(line, address);
    buf_format(line, "\t%s\t", entry_state_name(e->state));
    escape_field(line, reason);
    buf_add_char(line, '\t');
    escape_field(line, span_of(e->detail));
    buf_format(line, "\t%jd", (intmax_t)entry_errors_at(e, clock_now()));
    add_time(line, e->state != ENTRY_ERRONEOUS, e->since);
    add_time(line, e->state == ENTRY_QUARANTINED && e->until != POLICY_NEVER, e->until);
    add_time(line, errors, first);
    add_time(line, errors, last);
    writer_end_line(&l->out);
    return false;
}

static int list_all(struct list *l)
{
    struct book *book;
    int status = book_open(&book, false);
    if (status == 0) {
        writer_start(&l->out, STDOUT_FILENO, "stdout");
        if (!no_header) {
            buf_add_string(writer_line(&l->out),
                           "address\tstate\treason\tdetail\terrors\tsince\tuntil\tfirst\tlast");
            writer_end_line(&l->out);
        }
        status = book_each(book, list_entry, l, false);
        int closed = writer_close(&l->out);
        status = status != 0 ? status : closed;
    }
    book_close(book);
    return status;
}

int command_list(int argc, char **argv)
{
    struct list l = {0};
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (operands < argc) {
        err_say("list takes no operand \"%s\"; see quarantine list -h", argv[operands]);
        return EX_USAGE;
    }
    if (by_state != NULL && !entry_state_find(span_of(by_state), &l.state)) {
        err_say("--only is \"%s\": it takes erroneous, quarantined, allowed or denied", by_state);
        return EX_USAGE;
    }
    return list_all(&l);
}
