#include "lib/stream.h"

#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/writer.h"
#include "lib/filter_options.h"
#include "lib/input.h"
#include "lib/progress.h"
#include "lib/separator.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

struct stream {
    struct stream_spec spec;
    struct input *input;
    const struct record *row; /* the input's */
    struct writer writer;
    const struct columns *columns; /* the input's; NULL before they are known */
    int *reads;  /* for each of spec.reads, its place in the input or COLUMN_NONE */
    int *adds;   /* for each of spec.adds, the same */
    int *add_at; /* for each column of the input, its place in spec.adds or COLUMN_NONE */
    size_t read_count, add_count;
    bool overwrites;     /* one of spec.adds is in the input */
    struct buf *scratch; /* for each of spec.reads */
    struct buf key_scratch;
    struct progress progress;
    uint64_t rows;
    bool failed_row;
};

static size_t count_names(const char *const *names)
{
    size_t n = 0;
    while (names != NULL && names[n] != NULL)
        n++;
    return n;
}

/* EX_USAGE (reported) if --separator is not one character. */
static int read_separator(struct reader_options *options)
{
    const char *separator = filter_options.separator;
    if (separator == NULL || separator_parse(span_of(separator), &options->separator))
        return 0;
    err_say("--separator is \"%s\"; use one character that can separate fields, or \\t for TAB",
            separator);
    return EX_USAGE;
}

struct stream *stream_open(const struct stream_spec *spec, char *const *files, int *status)
{
    struct reader_options options = {.files = files,
                                     .csv = filter_options.csv || filter_options.separator != NULL,
                                     .rejects = filter_options.rejects};
    const struct columns_wanted wanted = {
        .kind = spec->key, .key = filter_options.key, .names = filter_options.columns};
    int wrong = read_separator(&options);
    struct input *input = wrong == 0 ? input_open(&options, &wanted, status) : NULL;
    if (wrong != 0)
        *status = wrong;
    if (input == NULL)
        return NULL;
    struct stream *s = mem_new(1, sizeof *s);
    s->spec = *spec;
    s->input = input;
    s->read_count = count_names(spec->reads);
    s->add_count = count_names(spec->adds);
    s->reads = mem_new(s->read_count, sizeof *s->reads);
    s->adds = mem_new(s->add_count, sizeof *s->adds);
    s->scratch = mem_new(s->read_count, sizeof *s->scratch);
    writer_init(&s->writer, STDOUT_FILENO, "stdout");
    s->writer.hold = spec->hold;
    progress_init(&s->progress, filter_options.verbose);
    return s;
}

static void find_columns(struct stream *s)
{
    if (s->spec.any_case)
        columns_find_alike(s->columns, s->spec.reads, s->read_count, s->reads);
    for (size_t i = 0; i < s->read_count && !s->spec.any_case; i++)
        s->reads[i] = columns_find(s->columns, s->spec.reads[i]);
    s->add_at = mem_new(s->columns->count, sizeof *s->add_at);
    for (size_t i = 0; i < s->columns->count; i++)
        s->add_at[i] = COLUMN_NONE;
    for (size_t i = 0; i < s->add_count; i++) {
        s->adds[i] = columns_find(s->columns, s->spec.adds[i]);
        if (s->adds[i] != COLUMN_NONE) {
            s->add_at[s->adds[i]] = (int)i;
            s->overwrites = true;
        }
    }
}

static void write_header(struct stream *s)
{
    if (s->spec.own_output || filter_options.no_header)
        return;
    struct buf *line = writer_line(&s->writer);
    buf_add(line, s->columns->text, s->columns->text_length);
    for (size_t i = 0; i < s->add_count; i++)
        if (s->adds[i] == COLUMN_NONE)
            buf_format(line, "\t%s", s->spec.adds[i]);
    writer_end_line(&s->writer);
}

static void know_columns(struct stream *s)
{
    s->columns = input_columns(s->input);
    if (s->columns == NULL)
        return;
    find_columns(s);
    write_header(s);
}

static void show_progress(struct stream *s)
{
    uint64_t done, total;
    input_progress(s->input, &done, &total);
    progress_show(&s->progress, s->rows, done, total);
}

enum stream_event stream_next(struct stream *s)
{
    if (progress_due())
        show_progress(s);
    if (s->writer.status != 0)
        return STREAM_FAIL;
    enum input_event event = input_next(s->input);
    if (s->columns == NULL)
        know_columns(s);
    if (event != INPUT_ROW)
        return event == INPUT_PAUSE ? STREAM_PAUSE : STREAM_END;
    s->row = input_row(s->input);
    s->rows++;
    return STREAM_ROW;
}

struct span stream_line(const struct stream *s)
{
    return s->row->line;
}

struct span stream_key(struct stream *s)
{
    return unescape_field(s->row->fields[s->columns->key], &s->key_scratch);
}

struct span stream_get(struct stream *s, size_t column)
{
    if (s->reads[column] == COLUMN_NONE)
        return span_make(NULL, 0);
    return unescape_field(s->row->fields[s->reads[column]], &s->scratch[column]);
}

struct span stream_get_from(const struct stream *s, struct span line, size_t column,
                            struct buf *scratch)
{
    if (s->reads[column] == COLUMN_NONE)
        return span_make(NULL, 0);
    return unescape_field(record_field(line, (size_t)s->reads[column]), scratch);
}

bool stream_has(const struct stream *s, size_t column)
{
    return s->columns != NULL && s->reads[column] != COLUMN_NONE;
}

/* The tool's own columns that are in the input get their values in place. */
static void add_overwritten(const struct stream *s, struct buf *out, struct span line,
                            const struct span *values)
{
    const char *end = line.p + line.n;
    for (size_t i = 0; i < s->columns->count; i++) {
        const char *tab = memchr(line.p, '\t', (size_t)(end - line.p));
        size_t length = (size_t)((tab != NULL ? tab : end) - line.p);
        if (i > 0)
            buf_add_char(out, '\t');
        if (s->add_at[i] != COLUMN_NONE)
            escape_field(out, values[s->add_at[i]]);
        else
            buf_add(out, line.p, length);
        line.p += length + (tab != NULL);
    }
}

void stream_format_tail(const struct stream *s, struct buf *out, const struct span *values)
{
    for (size_t i = 0; i < s->add_count; i++) {
        if (s->adds[i] != COLUMN_NONE)
            continue;
        buf_add_char(out, '\t');
        escape_field(out, values != NULL ? values[i] : span_make(NULL, 0));
    }
}

static void add_row(const struct stream *s, struct buf *out, struct span line,
                    const struct span *values)
{
    if (s->overwrites && values != NULL)
        add_overwritten(s, out, line, values);
    else
        buf_add_span(out, line);
    stream_format_tail(s, out, values);
}

void stream_write(struct stream *s, struct span line, const struct span *values)
{
    add_row(s, writer_line(&s->writer), line, values);
    writer_end_line(&s->writer);
}

bool stream_appends(const struct stream *s)
{
    return s->columns != NULL && !s->overwrites;
}

void stream_write_tail(struct stream *s, struct span line, struct span tail)
{
    struct buf *out = writer_line(&s->writer);
    buf_add_span(out, line);
    buf_add_span(out, tail);
    writer_end_line(&s->writer);
}

struct span stream_key_from(const struct stream *s, struct span line, struct buf *scratch)
{
    return unescape_field(record_field(line, s->columns->key), scratch);
}

void stream_format(const struct stream *s, struct buf *out, struct span line,
                   const struct span *values)
{
    add_row(s, out, line, values);
    buf_add_char(out, '\n');
}

void stream_write_rows(struct stream *s, struct span rows)
{
    if (rows.n == 0)
        return;
    buf_add(writer_line(&s->writer), rows.p, rows.n - 1);
    writer_end_line(&s->writer);
}

struct span stream_columns(const struct stream *s)
{
    return span_make(s->columns->text, s->columns->text_length);
}

bool stream_is_verbose(void)
{
    return filter_options.verbose;
}

bool stream_wants_header(void)
{
    return !filter_options.no_header;
}

struct writer *stream_writer(struct stream *s)
{
    return &s->writer;
}

void stream_mark_failed(struct stream *s)
{
    s->failed_row = true;
}

void stream_reject(struct stream *s, const char *format, ...)
{
    char why[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    input_reject(s->input, why);
}

int stream_flush(struct stream *s)
{
    return writer_flush(&s->writer);
}

int stream_fd(const struct stream *s)
{
    return input_fd(s->input);
}

const char *stream_file(const struct stream *s)
{
    return input_file(s->input);
}

size_t stream_line_number(const struct stream *s)
{
    return input_line(s->input);
}

void stream_abandon(struct stream *s)
{
    writer_abandon(&s->writer);
}

int stream_close(struct stream *s)
{
    if (filter_options.verbose)
        show_progress(s);
    progress_end_line(&s->progress);
    if (input_is_refused(s->input))
        writer_abandon(&s->writer);
    int wrote = writer_close(&s->writer);
    int read = input_close(s->input);
    int status = wrote != 0                                    ? wrote
                 : read != 0                                   ? read
                 : s->failed_row && filter_options.exit_failed ? 1
                                                               : 0;
    for (size_t i = 0; i < s->read_count; i++)
        buf_clear(&s->scratch[i]);
    buf_clear(&s->key_scratch);
    free(s->scratch);
    free(s->reads);
    free(s->adds);
    free(s->add_at);
    free(s);
    return status;
}
