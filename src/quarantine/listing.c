#include "quarantine/listing.h"

#include "base/escape.h"
#include "base/rfc3339.h"
#include "store/entry_text.h"

void listing_write_header(struct writer *out)
{
    buf_add_string(
        writer_line(out),
        "address\tstate\treason\tdetail\terrors\tsince\tuntil\tfirst\tlast\ttext\tcounters");
    writer_end_line(out);
}

static void add_time(struct buf *line, bool set, int64_t time_s)
{
    char text[RFC3339_LENGTH + 1];
    rfc3339_format(time_s, text);
    buf_format(line, "\t%s", set ? text : "-");
}

void listing_write(struct writer *out, struct span address, const struct entry *e, int64_t now_s)
{
    struct buf *line = writer_line(out);
    int64_t first_s = 0, last_s = 0;
    bool errors = entry_error_times(e, &first_s, &last_s);
    escape_field(line, address);
    buf_format(line, "\t%s\t", entry_state_name(e->state));
    escape_field(line, entry_why(e));
    buf_add_char(line, '\t');
    escape_field(line, span_of(e->detail));
    buf_format(line, "\t%jd", (intmax_t)entry_errors_at(e, now_s));
    add_time(line, e->state != ENTRY_ERRONEOUS && e->state != ENTRY_OK, e->since_s);
    add_time(line, e->state == ENTRY_QUARANTINED && e->until_s != QUARANTINE_NEVER, e->until_s);
    add_time(line, errors, first_s);
    add_time(line, errors, last_s);
    buf_add_char(line, '\t');
    escape_field(line, entry_text(e));
    buf_add_char(line, '\t');
    entry_write_counters(e, line);
    writer_end_line(out);
}
