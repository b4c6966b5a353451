/*
 * pass: copies rows from its input to stdout through the record reader and writer, and looks up the
 * key of each. It measures what a tool costs before it does anything.
 */
#include "lib/filter_options.h"
#include "lib/stream.h"

int main(int argc, char **argv)
{
    static const struct option_entry *const tables[] = {filter_option_table, NULL};
    static const struct option_usage usage = {"[options] [file ...]",
                                              "Copy rows to stdout unchanged.", tables};
    static const char *const names[] = {"address", NULL};
    static const struct key_kind key = {.own = names, .names = names, .what = "address"};
    const struct stream_spec spec = {.key = &key};
    int operands, flushed = 0;
    int status = options_parse("pass", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    struct stream *s = stream_open(&spec, argv + operands, &status);
    if (s == NULL)
        return status;
    enum stream_event event;
    while ((event = stream_next(s)) < STREAM_END)
        if (event == STREAM_PAUSE)
            flushed = first_failure(flushed, stream_flush(s));
        else if (stream_key(s).n > 0)
            stream_write(s, stream_line(s), NULL);
    return first_failure(flushed, stream_close(s));
}
