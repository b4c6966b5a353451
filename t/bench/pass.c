/*
 * pass: stdin through the record reader and writer to stdout, with a key column looked up: what a
 * tool costs before it does anything.
 */
#include "lib/stream.h"

int main(int argc, char **argv)
{
    static const struct option_entry *const tables[] = {stream_option_table, NULL};
    static const char *const keys[] = {"address", NULL};
    static const struct option_usage usage = {"[options] [file ...]", "Pass rows through.", tables};
    const struct stream_spec spec = {.keys = keys};
    int operands, status = options_parse("pass", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    struct stream *s = stream_open(&spec, argv + operands, &status);
    if (s == NULL)
        return status;
    enum stream_event event;
    while ((event = stream_next(s)) < STREAM_END)
        if (event == STREAM_PAUSE)
            stream_flush(s);
        else if (stream_key(s).n > 0)
            stream_write(s, stream_line(s), NULL);
    return stream_close(s);
}
