/*
 * stream: what every filter does with its rows (mxkit(7), "The stream").
 * Reads records, finds the columns a tool wants by name, and writes each row with the tool's own
 * columns behind it or, where they were there already, in their place. Owns reader and writer; what
 * it hands out lives until the next stream_next().
 */
#ifndef LIB_STREAM_H
#define LIB_STREAM_H

#include "base/buf.h"
#include "base/options.h"
#include "base/status.h"
#include "lib/record.h"

enum stream_event {
    STREAM_ROW,   /* stream_line(), stream_key() and stream_get() tell of the next row */
    STREAM_PAUSE, /* input pauses: make safe what was read, stream_flush(), and call again (which
                     waits) */
    STREAM_END,
    STREAM_FAIL, /* stdout or an input failed and it was said: go to stream_close() */
};

/* What a tool reads and writes: lists of column names, each NULL-ended. */
struct stream_spec {
    const char *const *keys;  /* a first line with one of them is a header; preferred first */
    const char *const *reads; /* columns that the tool reads if they are there: stream_get(s, place
                                 in this list) */
    const char *const *adds;  /* columns that it writes */
    bool hold;       /* rows go out at stream_flush() only: the tool makes something safe before */
    bool own_output; /* no header is written: the tool prints lines of its own instead */
};

/* The options that all filters share; stream_option_table holds their entries for options_parse().
 */
extern const struct option_entry stream_option_table[];

struct stream;

/* `files`: operands, NULL-ended; none is stdin. NULL with *status set if the stream cannot start
 * (said on stderr). */
struct stream *stream_open(const struct stream_spec *spec, char *const *files, int *status);

enum stream_event stream_next(struct stream *s);

/* The row as one line of TSV, to be kept (copied) for stream_write() later. */
struct span stream_line(const struct stream *s);

/* The row's key, unescaped; the empty span if unset. Lives until the next call of stream_key() or
 * stream_next(). */
struct span stream_key(struct stream *s);

/* Column `want` of the row, unescaped; the empty span if unset or if there is no such column. */
struct span stream_get(struct stream *s, size_t column);

/* The same of a line that was kept. `scratch` holds the bytes if they had to be unescaped. */
struct span stream_get_from(const struct stream *s, struct span line, size_t column,
                            struct buf *scratch);

/* Is there such a column in the input? To be asked after the first row. */
bool stream_has(const struct stream *s, size_t column);

/*
 * Writes `line` (stream_line() or a kept copy) with `values`, one for each of spec->adds, escaped
 * here; an empty value is unset. With values NULL the row passes on as it is, own columns that are
 * not there yet unset.
 */
void stream_write(struct stream *s, struct span line, const struct span *values);

/*
 * For values that many rows share, where none of the tool's own columns is in the input
 * (stream_appends()): what stream_write() would put behind a line, and a line with it.
 */
bool stream_appends(const struct stream *s);
void stream_format_tail(const struct stream *s, struct buf *out, const struct span *values);
void stream_write_tail(struct stream *s, struct span line, struct span tail);

/*
 * For tools that work on kept lines in threads of their own: the key of a kept line, the row that
 * stream_write() would write, with its LF, and whole rows made so. The first two may be called
 * while another thread is in stream_next().
 */
struct span stream_key_from(const struct stream *s, struct span line, struct buf *scratch);
void stream_format(const struct stream *s, struct buf *out, struct span line,
                   const struct span *values);
void stream_write_rows(struct stream *s, struct span rows);

/* Was -v given? */
bool stream_is_verbose(void);

/* For tools with own_output: is a header wanted (no -N)? */
bool stream_wants_header(void);

/* Where a tool with own_output makes its lines (writer.h). */
struct writer *stream_writer(struct stream *s);

/* Notes that a row was not well: with -e the exit status will be 1. */
void stream_mark_failed(struct stream *s);

/* Reports the current row as no record: "tool: file:line: why", a copy to --rejects, exit status 65
 * at the end. */
void stream_reject(struct stream *s, const char *why, ...) __attribute__((format(printf, 2, 3)));

MUST_CHECK int stream_flush(struct stream *s);

/* For tools that wait for more than their input: the descriptor to poll after a pause; -1 at the
 * end. */
int stream_fd(const struct stream *s);

/* Where the current row stands, for messages. */
const char *stream_file(const struct stream *s);
size_t stream_line_number(const struct stream *s);

/* Drops the rows that wait: they were not made safe. */
void stream_abandon(struct stream *s);

/* Flushes, closes, frees: the exit status. */
MUST_CHECK int stream_close(struct stream *s);

#endif
