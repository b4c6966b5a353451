#include "quarantine/listing.h"

#include "base/escape.h"
#include "base/rfc3339.h"

void listing_write_header(struct writer *out)
{
    buf_add_string(writer_line(out),
                   "address\tstate\treason\tdetail\terrors\tsince\tuntil\tfirst\tlast\ttext");
    writer_end_line(out);
}

static void add_time(struct buf *line, bool set, int64_t time)
{
    char text[RFC3339_LENGTH + 1];
    rfc3339_format(time, text);
    buf_format(line, "\t%s", set ? text : "-");
}

void listing_write(struct writer *out, struct span address, const struct entry *e, int64_t now)
{
    struct buf *line = writer_line(out);
    int64_t first = 0, last = 0;
    bool errors = entry_error_times(e, &first, &last);
    escape_field(line, address);
    buf_format(line, "\t%s\t", entry_state_name(e->state));
    escape_field(line, entry_why(e));
    buf_add_char(line, '\t');
    escape_field(line, span_of(e->detail));
    buf_format(line, "\t%jd", (intmax_t)entry_errors_at(e, now));
    add_time(line, e->state != ENTRY_ERRONEOUS, e->since);
    add_time(line, e->state == ENTRY_QUARANTINED && e->until != POLICY_NEVER, e->until);
    add_time(line, errors, first);
    add_time(line, errors, last);
    buf_add_char(line, '\t');
    escape_field(line, entry_text(e));
    writer_end_line(out);
}
