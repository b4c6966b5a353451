#include "lib/reader.h"

#include "base/err.h"
#include "base/mem.h"
#include "lib/encoding.h"
#include "lib/rejects.h"
#include "lib/rfc4180.h"
#include "lib/separator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    BLOCK = 4 * RECORD_LIMIT,
    FIRST_BYTES = RECORD_LIMIT, /* read before the encoding of a file is known */
    UTF16_BYTES = 16384,        /* converted at a time */
    NO_FILE = -1,
};

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* How much of a file's beginning was read. */
enum stage { AT_BYTE_ORDER_MARK, AT_FIRST_LINE, AT_RECORDS };

struct reader {
    struct reader_options options;
    size_t next_file; /* in options.files */
    const char *file; /* the name of the current one, for messages */
    int fd;           /* NO_FILE between files */
    char *block;
    /* Places in the block: the start of the record, how far it was parsed, the end of the bytes. */
    size_t start, here, end;
    bool at_end;  /* of the file */
    bool has_nul; /* somewhere in the block */
    bool pause_reported;
    enum stage stage;
    bool is_first;             /* no record of the file was returned yet */
    struct encoding *encoding; /* if the file is not UTF-8 */
    size_t line;               /* where the next record starts */
    size_t record_line;        /* where the current one starts */
    uint64_t done;             /* bytes read from all files */
    struct record record;
    struct span raw; /* the record's bytes as read, with the line end */
    struct rfc4180 *csv;
    struct rejects rejects;
    bool data_errors;
    int status;
};

enum fill { FILLED, FILL_PAUSE, FILL_END, FILL_FAIL, FILL_REFUSED };

struct reader *reader_open(const struct reader_options *options, int *status)
{
    struct rejects rejects = {0};
    int failed = rejects_open(&rejects, options->rejects, options->files);
    if (failed != 0) {
        *status = failed;
        return NULL;
    }
    struct reader *r = mem_new(1, sizeof *r);
    r->options = *options;
    r->fd = NO_FILE;
    r->block = mem_new(BLOCK, 1);
    r->csv = options->csv ? rfc4180_new() : NULL;
    r->rejects = rejects;
    return r;
}

static void note_status(struct reader *r, int status)
{
    if (r->status == 0)
        r->status = status;
}

static const char *file_at(const struct reader *r, size_t i)
{
    if (r->options.files == NULL || r->options.files[0] == NULL)
        return i == 0 ? "-" : NULL;
    return r->options.files[i];
}

/* Without O_NONBLOCK, the open would wait for the writer of a FIFO, and a signal would end it. */
static int open_file(const char *name)
{
    int fd;
    do
        fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* Reports inputs that cannot be opened and passes over them. False if no input is left. */
static bool open_next(struct reader *r)
{
    const char *name;
    while (r->fd == NO_FILE && (name = file_at(r, r->next_file)) != NULL) {
        bool is_stdin = strcmp(name, "-") == 0;
        r->next_file++;
        r->file = is_stdin ? "stdin" : name;
        r->fd = is_stdin ? STDIN_FILENO : open_file(name);
        if (r->fd < 0) {
            err_errno("cannot open %s", name);
            note_status(r, EX_NOINPUT);
            r->fd = NO_FILE;
        }
    }
    r->start = r->here = r->end = 0;
    r->at_end = r->has_nul = false;
    r->line = 1;
    r->stage = AT_BYTE_ORDER_MARK;
    r->is_first = true;
    return r->fd != NO_FILE;
}

static void close_file(struct reader *r)
{
    if (r->fd != STDIN_FILENO)
        close(r->fd);
    r->fd = NO_FILE;
    if (r->encoding != NULL)
        encoding_close(r->encoding);
    r->encoding = NULL;
}

/* Waits for bytes, the end or an error at most that long, or until a signal: -1 is forever. */
static bool is_readable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, timeout_ms) > 0;
}

/* Moves the bytes of the record in progress to the front of the block. */
static void make_room(struct reader *r)
{
    if (r->start == 0)
        return;
    memmove(r->block, r->block + r->start, r->end - r->start);
    r->here -= r->start;
    r->end -= r->start;
    r->start = 0;
    r->has_nul = memchr(r->block, '\0', r->end) != NULL;
}

/* Reads UTF-16 and puts it into the block as UTF-8. Returns what read(2) does. */
static ssize_t read_encoded(struct reader *r)
{
    char bytes[UTF16_BYTES];
    size_t room = (BLOCK - r->end) / ENCODING_GROWTH;
    room = room > ENCODING_REST ? room - ENCODING_REST : 0;
    ssize_t n = read(r->fd, bytes, room < sizeof bytes ? room : sizeof bytes);
    char *to = r->block + r->end;
    if (n > 0) {
        r->end += encoding_convert(r->encoding, span_make(bytes, (size_t)n), to);
    } else if (n == 0) {
        n = (ssize_t)encoding_end(r->encoding, to);
        r->end += (size_t)n;
    }
    return n;
}

static ssize_t read_bytes(struct reader *r)
{
    size_t room = BLOCK - r->end;
    if (r->stage == AT_BYTE_ORDER_MARK && room > FIRST_BYTES)
        room = FIRST_BYTES;
    ssize_t n = read(r->fd, r->block + r->end, room);
    r->end += n > 0 ? (size_t)n : 0;
    return n;
}

/* Reads more bytes after those in the block. Before it would wait, returns FILL_PAUSE once, so that
 * the tool can flush its output. A descriptor may be non-blocking, so it is polled. */
static enum fill fill(struct reader *r)
{
    if (r->at_end)
        return FILL_END;
    if (!is_readable(r->fd, r->pause_reported ? -1 : 0)) {
        r->pause_reported = true;
        return FILL_PAUSE;
    }
    make_room(r);
    size_t end = r->end;
    ssize_t n = r->encoding != NULL ? read_encoded(r) : read_bytes(r);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        r->pause_reported = true;
        return FILL_PAUSE;
    }
    if (n < 0) {
        err_errno("cannot read %s", r->file);
        note_status(r, errno == EISDIR ? EX_NOINPUT : EX_IOERR);
        return FILL_FAIL;
    }
    r->pause_reported = false;
    r->at_end = n == 0;
    r->has_nul = r->has_nul || memchr(r->block + end, '\0', r->end - end) != NULL;
    r->done += (uint64_t)n;
    return n == 0 ? FILL_END : FILLED;
}

static void report_reject(struct reader *r, size_t line, const char *format, va_list arguments)
{
    char why[256];
    vsnprintf(why, sizeof why, format, arguments);
    err_at(r->file, line, "%s", why);
    r->data_errors = true;
}

static void reject_raw(struct reader *r, struct span raw, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report_reject(r, r->record_line, format, arguments);
    va_end(arguments);
    rejects_add(&r->rejects, raw);
}

void reader_reject(struct reader *r, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report_reject(r, r->record_line, format, arguments);
    va_end(arguments);
    rejects_add(&r->rejects, r->raw);
}

void reader_reject_copy(struct reader *r, size_t line, struct span raw, const char *why)
{
    err_at(r->file, line, "%s", why);
    r->data_errors = true;
    rejects_add(&r->rejects, raw);
}

static struct span without_line_end(struct span bytes)
{
    if (bytes.n > 0 && bytes.p[bytes.n - 1] == '\n')
        bytes.n--;
    if (bytes.n > 0 && bytes.p[bytes.n - 1] == '\r')
        bytes.n--;
    return bytes;
}

/* The record is the bytes from `start` to `here`; the next one starts at `here`. */
static void end_record(struct reader *r)
{
    r->raw = span_make(r->block + r->start, r->here - r->start);
    r->start = r->here;
}

static const char *const too_long = "the line is over 64 KiB long; split it or remove it";

/*
 * Rejects a line that is too long to be a record: passes over it block by block and copies it to
 * the rejects file as it comes. Waits if the input pauses, since nothing can be returned before the
 * end of the line.
 */
static enum fill skip_long_line(struct reader *r)
{
    r->record_line = r->line++;
    err_at(r->file, r->record_line, "%s", too_long);
    r->data_errors = true;
    enum fill got = FILLED;
    for (;;) {
        char *lf = memchr(r->block + r->start, '\n', r->end - r->start);
        size_t stop = lf != NULL ? (size_t)(lf - r->block) + 1 : r->end;
        struct span part = span_make(r->block + r->start, stop - r->start - (lf != NULL));
        note_status(r, rejects_write_part(&r->rejects, part));
        r->start = r->here = stop;
        if (lf != NULL || got == FILL_END || got == FILL_FAIL)
            break;
        got = fill(r);
    }
    rejects_end_line(&r->rejects);
    return got;
}

static bool has_nul(const struct reader *r, struct span raw)
{
    return r->has_nul && raw.n > 0 && memchr(raw.p, '\0', raw.n) != NULL;
}

static void reject_nul(struct reader *r)
{
    reject_raw(r, r->raw, "%s, which text must not contain; remove the line",
               r->encoding != NULL ? "a NUL or half a character of UTF-16" : "a NUL byte");
}

/* Sets r->raw to the next line if it returns FILLED. */
static enum fill next_line(struct reader *r)
{
    for (;;) {
        char *lf = memchr(r->block + r->here, '\n', r->end - r->here);
        r->here = lf != NULL ? (size_t)(lf - r->block) + 1 : r->end;
        bool whole = lf != NULL || (r->at_end && r->here > r->start);
        size_t length = without_line_end(span_make(r->block + r->start, r->here - r->start)).n;
        if (length > RECORD_LIMIT) {
            enum fill got = skip_long_line(r);
            if (got == FILL_FAIL)
                return got;
        } else if (whole) {
            r->record_line = r->line++;
            end_record(r);
            return FILLED;
        } else {
            enum fill got = fill(r);
            if (got == FILL_PAUSE || got == FILL_FAIL || (got == FILL_END && r->end == r->start))
                return got;
        }
    }
}

static enum fill next_tsv(struct reader *r)
{
    enum fill got;
    while ((got = next_line(r)) == FILLED) {
        struct span line = without_line_end(r->raw);
        if (!has_nul(r, r->raw)) {
            record_split(&r->record, line);
            return FILLED;
        }
        reject_nul(r);
    }
    return got;
}

static size_t count_lines(struct span bytes)
{
    size_t lines = 0;
    for (const char *p = bytes.p; (p = memchr(p, '\n', bytes.n - (size_t)(p - bytes.p))) != NULL;
         p++)
        lines++;
    return lines;
}

/* Rejects only the first physical line of a malformed CSV record and continues after it, so that a
 * stray quote costs one line. */
static enum fill reject_csv(struct reader *r, const char *why)
{
    char *first = r->block + r->start;
    char *lf = memchr(first, '\n', r->end - r->start);
    rfc4180_reset(r->csv);
    if (lf == NULL && !r->at_end)
        return skip_long_line(r);
    size_t length = lf != NULL ? (size_t)(lf - first) + 1 : r->end - r->start;
    r->record_line = r->line++;
    reject_raw(r, span_make(first, length), "%s", why);
    r->start += length;
    r->here = r->start;
    return FILLED;
}

/* Returns false for a record that has a NUL or is too long, which it rejects: escapes can make the
 * line longer than the bytes that were read. */
static bool accept_csv(struct reader *r)
{
    struct span line = rfc4180_line(r->csv);
    r->record_line = r->line;
    end_record(r);
    r->line += count_lines(r->raw);
    record_split(&r->record, line);
    if (has_nul(r, r->raw))
        reject_nul(r);
    else if (line.n > RECORD_LIMIT)
        reject_raw(r, r->raw, "%s", too_long);
    else
        return true;
    return false;
}

/* True if the bytes parsed are a blank line or the LF of a CRLF, which are not part of a record. */
static bool skip_blank_line(struct reader *r)
{
    char last = r->block[r->here - 1];
    if (r->here != r->start + 1 || (last != '\n' && last != '\r'))
        return false;
    r->line += last == '\n';
    r->start = r->here;
    return true;
}

/* Feeds the bytes of the block to the CSV parser. Returns FILLED with a record, FILL_PAUSE if the
 * parser needs more bytes than the block has, or FILL_FAIL. */
static enum fill feed_csv(struct reader *r)
{
    enum fill got = FILLED;
    while (r->here < r->end && got != FILL_FAIL) {
        size_t taken = 0;
        struct span rest = span_make(r->block + r->here, r->end - r->here);
        enum rfc4180_event event = rfc4180_feed(r->csv, rest, &taken);
        r->here += taken;
        if (event == RFC4180_ROW && accept_csv(r))
            return FILLED;
        if (event == RFC4180_ERROR)
            got = reject_csv(
                r, "a quote in the wrong place; quote the whole field and double the quotes in it");
        else if (event == RFC4180_MORE && !skip_blank_line(r) && r->here - r->start > RECORD_LIMIT)
            got = reject_csv(r,
                             "the record is over 64 KiB long; look for a quote that is not closed");
    }
    return got == FILL_FAIL ? got : FILL_PAUSE;
}

/* Ends a CSV file. Returns FILLED with a last record that has no line end; FILL_PAUSE after a
 * reject, since bytes after the rejected line may be left to feed; else FILL_END. */
static enum fill end_csv(struct reader *r)
{
    if (r->start == r->end)
        return FILL_END;
    switch (rfc4180_end(r->csv)) {
    case RFC4180_ROW:
        return accept_csv(r) ? FILLED : FILL_END;
    case RFC4180_MORE:
        return FILL_END;
    case RFC4180_ERROR:
        reject_csv(r, "a quote is not closed at the end of the file; close it");
    }
    return FILL_PAUSE;
}

static enum fill next_csv(struct reader *r)
{
    for (;;) {
        enum fill got = feed_csv(r);
        if (got != FILL_PAUSE)
            return got;
        got = fill(r);
        if (got == FILL_END)
            got = end_csv(r);
        else if (got == FILL_PAUSE)
            return got;
        if (got == FILL_END || got == FILL_FAIL || (got == FILLED && r->at_end))
            return got;
    }
}

/* Converts what was read of a file in UTF-16. */
static enum fill start_encoding(struct reader *r, const char *name)
{
    size_t mark = 2, n = r->end - mark;
    r->encoding = encoding_open(name);
    if (r->encoding == NULL) {
        err_at(r->file, 1, "the file is in %s, which iconv cannot read here; save it as UTF-8",
               name);
        return FILL_REFUSED;
    }
    char *bytes = mem_copy(r->block + mark, n);
    r->end = encoding_convert(r->encoding, span_make(bytes, n), r->block);
    r->has_nul = memchr(r->block, '\0', r->end) != NULL;
    free(bytes);
    return FILLED;
}

/* Passes over a byte order mark and learns from it. */
static enum fill read_byte_order_mark(struct reader *r)
{
    size_t mark = sizeof byte_order_mark - 1;
    while (r->end < mark && !r->at_end) {
        enum fill got = fill(r);
        if (got == FILL_PAUSE || got == FILL_FAIL)
            return got;
    }
    r->stage = AT_FIRST_LINE;
    const char *encoding = encoding_name(span_make(r->block, r->end));
    if (encoding != NULL)
        return start_encoding(r, encoding);
    if (r->end >= mark && memcmp(r->block, byte_order_mark, mark) == 0)
        r->start = r->here = mark;
    return FILLED;
}

/* The first line, without its end, and *length with it; the whole block if it has no end. */
static struct span first_line(const struct reader *r, size_t *length)
{
    struct span line = span_make(r->block + r->start, r->end - r->start);
    const char *lf = line.n > 0 ? memchr(line.p, '\n', line.n) : NULL;
    *length = lf != NULL ? (size_t)(lf - line.p) + 1 : line.n;
    line = without_line_end(span_make(line.p, *length));
    const char *cr = line.n > 0 ? memchr(line.p, '\r', line.n) : NULL;
    return cr != NULL ? span_make(line.p, (size_t)(cr - line.p)) : line;
}

/* Learns the separator from the first line of a CSV; sep= is not a record. */
static enum fill read_separator(struct reader *r)
{
    size_t length;
    char separator = r->options.separator != '\0' ? r->options.separator : ',';
    struct span line = first_line(r, &length);
    switch (separator_read_line(line, &separator)) {
    case SEPARATOR_INVALID:
        err_at(r->file, 1, "the line sep= names no character that can separate fields; remove it");
        return FILL_REFUSED;
    case SEPARATOR_GIVEN:
        length = line.n + 1 < length && line.p[line.n] == '\r' && line.p[line.n + 1] != '\n'
                     ? line.n + 1
                     : length;
        r->start = r->here = r->start + length;
        r->line = 2;
        break;
    case SEPARATOR_NONE:
        if (r->options.separator == '\0' && separator_is_semicolon(line)) {
            err_at(r->file, 1,
                   "the first line has semicolons and no comma; name the separator of the fields: "
                   "--separator ';'");
            return FILL_REFUSED;
        }
    }
    rfc4180_set_separator(r->csv, separator);
    return FILLED;
}

static enum fill read_first_line(struct reader *r)
{
    while (r->csv != NULL && !r->at_end && r->end - r->start <= RECORD_LIMIT &&
           memchr(r->block + r->start, '\n', r->end - r->start) == NULL) {
        enum fill got = fill(r);
        if (got == FILL_PAUSE || got == FILL_FAIL)
            return got;
    }
    r->stage = AT_RECORDS;
    return r->csv != NULL ? read_separator(r) : FILLED;
}

static enum fill next_record(struct reader *r)
{
    enum fill got = FILLED;
    if (r->stage == AT_BYTE_ORDER_MARK)
        got = read_byte_order_mark(r);
    if (r->stage == AT_FIRST_LINE && got == FILLED)
        got = read_first_line(r);
    if (got != FILLED)
        return got;
    return r->csv != NULL ? next_csv(r) : next_tsv(r);
}

enum reader_event reader_next(struct reader *r)
{
    for (;;) {
        if (r->fd == NO_FILE && !open_next(r))
            return READER_END;
        switch (next_record(r)) {
        case FILLED:
            if (!r->is_first)
                return READER_ROW;
            r->is_first = false;
            return READER_FIRST_ROW;
        case FILL_PAUSE:
            note_status(r, rejects_flush(&r->rejects));
            return READER_PAUSE;
        case FILL_REFUSED:
            reader_refuse_file(r, r->next_file);
            return READER_REFUSED;
        case FILL_END:
        case FILL_FAIL:
            close_file(r);
        }
    }
}

const struct record *reader_record(const struct reader *r)
{
    return &r->record;
}

struct span reader_raw(const struct reader *r)
{
    return r->raw;
}

size_t reader_file_number(const struct reader *r)
{
    return r->next_file;
}

void reader_refuse_file(struct reader *r, size_t file_number)
{
    r->data_errors = true;
    if (r->fd != NO_FILE && file_number == r->next_file)
        close_file(r);
}

int reader_fd(const struct reader *r)
{
    return r->fd;
}

const char *reader_file(const struct reader *r)
{
    return r->file;
}

size_t reader_line(const struct reader *r)
{
    return r->record_line;
}

void reader_progress(const struct reader *r, uint64_t *done, uint64_t *total)
{
    const char *name;
    *done = r->done;
    *total = 0;
    for (size_t i = 0; (name = file_at(r, i)) != NULL; i++) {
        struct stat st;
        int failed = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(name, &st);
        if (failed || !S_ISREG(st.st_mode)) {
            *total = 0;
            return;
        }
        *total += (uint64_t)st.st_size;
    }
}

int reader_close(struct reader *r)
{
    if (r->fd != NO_FILE)
        close_file(r);
    note_status(r, rejects_close(&r->rejects));
    if (r->data_errors)
        note_status(r, EX_DATAERR);
    int status = r->status;
    if (r->csv != NULL)
        rfc4180_free(r->csv);
    record_clear(&r->record);
    free(r->block);
    free(r);
    return status;
}
