#include "lib/reader.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/writer.h"
#include "lib/rfc4180.h"

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
    NO_FILE = -1,
};

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
    size_t line;        /* where the next record starts */
    size_t record_line; /* where the current one starts */
    uint64_t done;      /* bytes read from all files */
    struct record record;
    struct span raw; /* the record's bytes as read, with the line end */
    struct rfc4180 *csv;
    struct writer rejects;
    bool data_errors;
    int status;
};

enum fill { FILLED, FILL_PAUSE, FILL_END, FILL_FAIL };

struct reader *reader_open(const struct reader_options *options, int *status)
{
    int rejects = -1;
    if (options->rejects != NULL) {
        rejects = open(options->rejects, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (rejects < 0) {
            err_errno("cannot create the rejects file %s", options->rejects);
            *status = EX_CANTCREAT;
            return NULL;
        }
    }
    struct reader *r = mem_new(1, sizeof *r);
    r->options = *options;
    r->fd = NO_FILE;
    r->block = mem_new(BLOCK, 1);
    r->csv = options->csv ? rfc4180_new() : NULL;
    writer_init(&r->rejects, rejects, options->rejects);
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

/* Reports inputs that cannot be opened and passes over them. False if no input is left. */
static bool open_next(struct reader *r)
{
    const char *name;
    while (r->fd == NO_FILE && (name = file_at(r, r->next_file)) != NULL) {
        bool is_stdin = strcmp(name, "-") == 0;
        r->next_file++;
        r->file = is_stdin ? "stdin" : name;
        r->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
        if (r->fd < 0) {
            err_errno("cannot open %s", name);
            note_status(r, EX_NOINPUT);
            r->fd = NO_FILE;
        }
    }
    r->start = r->here = r->end = 0;
    r->at_end = r->has_nul = false;
    r->line = 1;
    if (r->csv != NULL)
        rfc4180_reset(r->csv);
    return r->fd != NO_FILE;
}

static void close_file(struct reader *r)
{
    if (r->fd != STDIN_FILENO)
        close(r->fd);
    r->fd = NO_FILE;
}

static bool readable_now(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) != 0;
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

/* Reads more bytes after those in the block. Before a read that would wait, returns FILL_PAUSE
 * once, so that the tool can flush its output. */
static enum fill fill(struct reader *r)
{
    if (r->at_end)
        return FILL_END;
    if (!r->pause_reported && !readable_now(r->fd)) {
        r->pause_reported = true;
        return FILL_PAUSE;
    }
    make_room(r);
    ssize_t n = read(r->fd, r->block + r->end, BLOCK - r->end);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return FILL_PAUSE;
    if (n < 0) {
        err_errno("cannot read %s", r->file);
        note_status(r, errno == EISDIR ? EX_NOINPUT : EX_IOERR);
        return FILL_FAIL;
    }
    r->pause_reported = false;
    r->at_end = n == 0;
    r->has_nul = r->has_nul || memchr(r->block + r->end, '\0', (size_t)n) != NULL;
    r->end += (size_t)n;
    r->done += (uint64_t)n;
    return n == 0 ? FILL_END : FILLED;
}

static void copy_to_rejects(struct reader *r, struct span bytes)
{
    struct buf *line = writer_line(&r->rejects);
    if (r->rejects.fd < 0 || bytes.n == 0)
        return;
    if (bytes.p[bytes.n - 1] == '\n')
        bytes.n--;
    buf_add_span(line, bytes);
    writer_end_line(&r->rejects);
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
    copy_to_rejects(r, raw);
}

void reader_reject(struct reader *r, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report_reject(r, r->record_line, format, arguments);
    va_end(arguments);
    copy_to_rejects(r, r->raw);
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
        if (r->rejects.fd >= 0)
            buf_add(writer_line(&r->rejects), r->block + r->start, stop - r->start - (lf != NULL));
        r->start = r->here = stop;
        if (lf != NULL || got == FILL_END || got == FILL_FAIL)
            break;
        got = fill(r);
        /* Unlike elsewhere, a part of a line is written, because the whole one cannot be kept. */
        r->rejects.whole = r->rejects.block.n;
        if (r->rejects.fd >= 0)
            note_status(r, writer_flush(&r->rejects));
    }
    if (r->rejects.fd >= 0)
        writer_end_line(&r->rejects);
    return got;
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
        if (!r->has_nul || memchr(line.p, '\0', line.n) == NULL) {
            record_split(&r->record, line);
            return FILLED;
        }
        reject_raw(r, r->raw, "a NUL byte, which text must not contain; remove the line");
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

/* Returns false for a record that is too long, which it rejects: escapes can make the line longer
 * than the bytes that were read. */
static bool accept_csv(struct reader *r)
{
    struct span line = rfc4180_line(r->csv);
    r->record_line = r->line;
    end_record(r);
    r->line += count_lines(r->raw);
    record_split(&r->record, line);
    if (line.n <= RECORD_LIMIT)
        return true;
    reject_raw(r, r->raw, "%s", too_long);
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

/* Some programs write a byte order mark before UTF-8. */
static enum fill skip_byte_order_mark(struct reader *r)
{
    while (r->end < 3 && !r->at_end) {
        enum fill got = fill(r);
        if (got == FILL_PAUSE || got == FILL_FAIL)
            return got;
    }
    if (r->end >= 3 && memcmp(r->block, "\xef\xbb\xbf", 3) == 0)
        r->start = r->here = 3;
    return FILLED;
}

static enum fill next_record(struct reader *r)
{
    if (r->start == 0 && r->line == 1 && r->here == 0) {
        enum fill got = skip_byte_order_mark(r);
        if (got != FILLED)
            return got;
    }
    return r->csv != NULL ? next_csv(r) : next_tsv(r);
}

enum reader_event reader_next(struct reader *r)
{
    for (;;) {
        if (r->fd == NO_FILE && !open_next(r))
            return READER_END;
        switch (next_record(r)) {
        case FILLED:
            return READER_ROW;
        case FILL_PAUSE:
            return READER_PAUSE;
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
    if (r->rejects.fd >= 0)
        note_status(r, writer_close(&r->rejects));
    else
        buf_clear(&r->rejects.block);
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
