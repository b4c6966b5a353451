/*
 * stream: reads and writes the rows of a filter (mxkit(7), "The stream").
 * It finds a tool's input columns by name, and writes each row with the tool's own columns appended
 * or, if the row has them already, in place of the old values. The stream owns the reader of its
 * input and the writer of stdout. Spans that it returns are borrowed until the next stream_next(),
 * or as their comments say. Errors of input and output are reported; stream_close() returns them.
 */
#ifndef LIB_STREAM_H
#define LIB_STREAM_H

#include "base/buf.h"
#include "base/options.h"
#include "base/status.h"
#include "lib/key_names.h"

enum stream_event {
    /* stream_line(), stream_key() and stream_get() return the next row */
    STREAM_ROW,
    /* There is no input now. Make safe what was read, call stream_flush(), and call again, which
     * waits as reader_next() does (reader.h). */
    STREAM_PAUSE,
    STREAM_END,
    /* stdout failed (reported): go to stream_close() */
    STREAM_FAIL,
};

/* What a tool reads and writes. Lists of column names end with NULL and may be NULL. The lists are
 * borrowed until stream_close(). */
struct stream_spec {
    const struct key_kind *key; /* a first line with one of its names is a header */
    const char *const *reads;   /* columns to read if the input has them; see stream_get() */
    const char *const *adds;    /* columns to write */
    bool any_case;   /* others write these lists: the case of the names in `reads` does not matter,
                        nor do blanks around them */
    bool hold;       /* write rows only at stream_flush(): the tool first makes something safe */
    bool own_output; /* write no header: the tool writes lines of its own with stream_writer() */
};

struct stream;

/* Opens a stream to stdout from `files`: the operands, NULL-ended, borrowed until stream_close().
 * An empty list means stdin. Returns NULL with *status EX_CANTCREAT if the rejects file cannot be
 * created, or EX_USAGE if it is an input or --separator is wrong (reported); otherwise *status is
 * unchanged. */
struct stream *stream_open(const struct stream_spec *spec, char *const *files, int *status);

/* Reads up to the next row; skips headers and malformed lines, and shows progress. Files that have
 * no key column, or other columns than the first file, are refused as input.h describes. */
enum stream_event stream_next(struct stream *s);

/* Returns the row as one line of TSV without LF. Copy it to write it after the next row is read. */
struct span stream_line(const struct stream *s);

/* Returns the row's key, unescaped; the empty span if it is unset. Borrowed until the next call of
 * stream_key() or stream_next(). */
struct span stream_key(struct stream *s);

/* Returns the value in the row of spec->reads[column], unescaped; the empty span if it is unset or
 * the input has no such column. Borrowed until the next call for this column or stream_next(). */
struct span stream_get(struct stream *s, size_t column);

/* Returns the same from a copied line. The value is borrowed from `line`, or from `scratch` if it
 * had to be unescaped. */
struct span stream_get_from(const struct stream *s, struct span line, size_t column,
                            struct buf *scratch);

/* True if the input has the column spec->reads[column]. False before the first row. */
bool stream_has(const struct stream *s, size_t column);

/*
 * Writes `line`, from stream_line() or a copy of it, with the unescaped `values`, one for each of
 * spec->adds; an empty value is unset. If `values` is NULL, the row keeps the tool's columns that
 * it has, and the others are appended unset.
 */
void stream_write(struct stream *s, struct span line, const struct span *values);

/*
 * These save time if many rows get the same values. If stream_appends(), the input has none of the
 * tool's own columns. stream_format_tail() then adds to `out` what stream_write() would append to a
 * line, and stream_write_tail() writes a line with it.
 */
bool stream_appends(const struct stream *s);
void stream_format_tail(const struct stream *s, struct buf *out, const struct span *values);
void stream_write_tail(struct stream *s, struct span line, struct span tail);

/*
 * These are for tools whose threads work on copied lines. stream_key_from() returns the key of a
 * line, borrowed from it or from `scratch`. stream_format() adds to `out` the row that
 * stream_write() would write, with its LF. Both may be called while another thread is in
 * stream_next(). stream_write_rows() writes whole rows, each with its LF.
 */
struct span stream_key_from(const struct stream *s, struct span line, struct buf *scratch);
void stream_format(const struct stream *s, struct buf *out, struct span line,
                   const struct span *values);
void stream_write_rows(struct stream *s, struct span rows);

/* Returns the names of the input's columns as one line of TSV, borrowed until stream_close(): its
 * header, or the names that it got instead. Unset before the first row. */
struct span stream_columns(const struct stream *s);

/* True if -v was given. */
bool stream_is_verbose(void);

/* True unless -N was given; a tool with own_output writes its header then. */
bool stream_wants_header(void);

/* Returns the writer of stdout (writer.h), borrowed, for a tool with own_output. */
struct writer *stream_writer(struct stream *s);

/* Notes that a row failed: with -e, stream_close() returns 1 instead of 0. */
void stream_mark_failed(struct stream *s);

/* Reports the current row as malformed: "tool: file:line: reason" on stderr, a copy in the rejects
 * file, and EX_DATAERR from stream_close(). The reason is cut at 255 bytes. */
void stream_reject(struct stream *s, const char *why, ...) __attribute__((format(printf, 2, 3)));

/* Writes all rows that wait. 0 or EX_IOERR (reported). */
MUST_CHECK int stream_flush(struct stream *s);

/* Returns the input's descriptor, for tools that poll it together with others after STREAM_PAUSE;
 * -1 if no input is open. */
int stream_fd(const struct stream *s);

/* Return where the current row begins, for messages: the file's name (borrowed) and the line, from
 * 1. */
const char *stream_file(const struct stream *s);
size_t stream_line_number(const struct stream *s);

/* Drops the rows that wait, because the tool could not make safe what they depend on. */
void stream_abandon(struct stream *s);

/* Writes the rows that wait, or nothing if the first file was refused; closes and frees everything,
 * and returns the exit status: EX_IOERR if
 * stdout failed, else that of input_close() if it failed, else 1 if a row failed and -e was given,
 * else 0. */
MUST_CHECK int stream_close(struct stream *s);

#endif
