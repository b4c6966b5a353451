/*
 * quarantine filter: passes the rows that may be written to.
 */
#include "address.h"
#include "book.h"
#include "clock.h"
#include "command.h"
#include "err.h"
#include "stream.h"

#include <sysexits.h>

static const char *only;
static bool annotate;

static const struct option_entry own_table[] = {
    {0, "only", OPTION_TEXT, &only, "STATE",
     "pass the rows of this state instead: ok, erroneous, quarantined, allowed, denied", 0, 0},
    {0, "annotate", OPTION_FLAG, &annotate, NULL, "pass all rows, with a column state", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "filter [options] [file ...]", "Pass the rows whose address may be written to.",
    (const struct option_entry *const[]){own_table, statedir_option_table, stream_option_table,
                                         NULL}};

struct filter {
    struct stream *stream;
    struct book *book;
    struct buf address;
    bool by_state;
    enum entry_state state; /* that --only asks for */
};

static bool passes(const struct filter *f, enum entry_state state)
{
    if (f->by_state)
        return state == f->state;
    return annotate || (state != ENTRY_QUARANTINED && state != ENTRY_DENIED);
}

/* What is no address is not for this tool to judge: it passes, and mxlookup says so. */
static int filter_row(struct filter *f)
{
    struct entry e;
    entry_clear(&e);
    bool known = address_normalise(stream_key(f->stream), &f->address);
    int status = known ? book_find(f->book, buf_span(&f->address), &e) : 0;
    if (status != 0)
        return status;
    enum entry_state state = entry_state_at(&e, clock_now());
    if (passes(f, state)) {
        struct span value = known ? span_of(entry_state_name(state)) : span_make(NULL, 0);
        stream_write(f->stream, stream_line(f->stream), &value);
    }
    if (!passes(f, state) || !known)
        stream_mark_unwell(f->stream);
    return 0;
}

static int filter_all(struct filter *f)
{
    int status = 0;
    enum stream_event event;
    while (status == 0 && (event = stream_next(f->stream)) < STREAM_END)
        if (event == STREAM_ROW)
            status = filter_row(f);
        else if ((status = stream_flush(f->stream)) == 0)
            status = book_refresh(f->book);
    return status;
}

int command_filter(int argc, char **argv)
{
    struct filter f = {0};
    int operands;
    int status = options_parse("quarantine", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    f.by_state = only != NULL;
    if (f.by_state && !entry_state_find(span_of(only), &f.state)) {
        err_say("--only is \"%s\": it takes ok, erroneous, quarantined, allowed or denied", only);
        return EX_USAGE;
    }
    const struct stream_spec spec = {
        .keys = (const char *const[]){"address", NULL},
        .adds = (const char *const[]){annotate ? "state" : NULL, NULL},
    };
    status = book_open(&f.book, false);
    f.stream = status == 0 ? stream_open(&spec, argv + operands, &status) : NULL;
    if (f.stream != NULL) {
        status = filter_all(&f);
        int closed = stream_close(f.stream);
        status = status != 0 ? status : closed;
    }
    buf_free(&f.address);
    book_close(f.book);
    return status;
}
