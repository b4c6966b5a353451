#include "lib/input.h"

#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "lib/held_rows.h"
#include "lib/separator.h"

#include <stdlib.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

enum state {
    FLOWING,   /* rows are passed on as they are read */
    HOLDING,   /* rows are held back: none had a key */
    REPLAYING, /* the rows that were held back are passed on */
};

struct input {
    struct reader *reader;
    const struct record *read; /* the reader's record */
    struct columns_wanted wanted;
    bool csv;
    struct columns columns; /* of the first file */
    bool named;             /* `columns` is set */
    bool certain;           /* and has a key column */
    bool has_header;        /* the first file has one */
    bool refused;
    /* the file at hand */
    const char *file;
    size_t file_number; /* the reader's; 0 before the first */
    size_t first_line;
    struct buf header; /* a line that is skipped if it comes again, or empty */
    int *place;        /* for each of `columns`, its place in the file; NULL if they are the same */
    enum state state;
    struct held_rows held;
    /* the row at hand */
    const struct record *row; /* `read` or `own` */
    struct record own;
    struct buf line;          /* of a row whose fields were moved */
    struct held_row replayed; /* if state is REPLAYING */
    struct buf scratch;
};

struct input *input_open(const struct reader_options *options, const struct columns_wanted *wanted,
                         int *status)
{
    struct reader *reader = reader_open(options, status);
    if (reader == NULL)
        return NULL;
    struct input *i = mem_new(1, sizeof *i);
    i->reader = reader;
    i->read = reader_record(reader);
    i->wanted = *wanted;
    i->csv = options->csv;
    return i;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* Leaves the file at hand out, from here on. The caller has reported why. */
static void leave_out(struct input *i)
{
    reader_refuse_file(i->reader, i->file_number);
    held_rows_clear(&i->held);
    i->state = FLOWING;
    i->refused = i->refused || !i->certain;
}

static void refuse_no_key(struct input *i, const struct record *first)
{
    struct buf names = {0};
    bool names_key;
    const char *key = i->wanted.key != NULL ? i->wanted.key : i->wanted.kind->own[0];
    char guess = separator_guess(first, i->csv, i->wanted.kind, &names_key);
    columns_describe(&names, first->fields, first->count);
    err_at(i->file, i->first_line, "no column \"%s\"; the column%s %s%s; name one with -k", key,
           first->count == 1 ? " is" : "s are", buf_string(&names),
           separator_advice(guess, i->csv));
    buf_clear(&names);
    leave_out(i);
}

/* No row that was held back has a key. */
static void refuse_held(struct input *i)
{
    struct held_row row;
    struct record first = {0};
    struct buf names = {0};
    bool names_key;
    if (held_rows_next(&i->held, &row))
        record_split(&first, row.line);
    char guess = separator_guess(&first, i->csv, i->wanted.kind, &names_key);
    columns_describe(&names, first.fields, first.count);
    err_at(i->file, i->first_line,
           "no column \"%s\", and no %s in %zu row%s; the column%s %s%s; name one with "
           "-k, or with -c if there is no header",
           i->wanted.kind->own[0], i->wanted.kind->what, i->held.count, plural(i->held.count),
           first.count == 1 ? " is" : "s are", buf_string(&names), separator_advice(guess, i->csv));
    buf_clear(&names);
    record_clear(&first);
    leave_out(i);
}

/* True, with a report, if the first line is a header in another form. */
static bool refuse_other_form(struct input *i, const struct record *first)
{
    bool names_key;
    char c, guess = separator_guess(first, i->csv, i->wanted.kind, &names_key);
    if (names_key)
        err_at(i->file, i->first_line,
               "the first line is a header with \"%c\" between its fields%s", guess,
               separator_advice(guess, i->csv));
    else if (!i->csv && separator_read_line(first->line, &c) != SEPARATOR_NONE)
        err_at(i->file, i->first_line, "a line sep= is the start of a CSV; read it with -C");
    else
        return false;
    leave_out(i);
    return true;
}

static void keep_header(struct input *i, const struct record *r)
{
    buf_empty(&i->header);
    buf_add_span(&i->header, r->line);
}

/* Adds the names of the columns that have no counterpart in the other file. */
static void add_left(struct buf *out, const char *what, const struct columns *c, const bool *mapped)
{
    struct span *names = mem_new(c->count, sizeof *names);
    size_t count = 0;
    for (size_t k = 0; k < c->count; k++)
        if (!mapped[k])
            names[count++] = c->names[k];
    if (count > 0) {
        buf_add_string(out, what);
        columns_describe(out, names, count);
    }
    free(names);
}

static void refuse_header(struct input *i, const struct columns *here, const int *place,
                          const bool *used)
{
    struct buf why = {0};
    bool *found = mem_new(i->columns.count, sizeof *found);
    for (size_t k = 0; k < i->columns.count; k++)
        found[k] = place[k] != COLUMN_NONE;
    add_left(&why, "; missing: ", &i->columns, found);
    add_left(&why, "; not in the first file: ", here, used);
    err_at(i->file, i->first_line,
           "the columns differ from those of the first file%s; the file is left out",
           buf_string(&why));
    free(found);
    buf_clear(&why);
    leave_out(i);
}

/* Maps the columns of a later file to those of the first, or refuses the file. */
static void map_header(struct input *i, const struct columns *here)
{
    int *place = mem_new(i->columns.count, sizeof *place);
    bool *used = mem_new(here->count, sizeof *used);
    if (columns_map(&i->columns, here, place, used))
        i->place = place;
    else
        refuse_header(i, here, place, used);
    if (i->place == NULL)
        free(place);
    free(used);
}

static bool is_in_order(const struct input *i, const struct record *r)
{
    return r->line.n == i->columns.text_length &&
           memcmp(r->line.p, i->columns.text, r->line.n) == 0;
}

/* Begins a file whose first line is a row; false if the file is refused. */
static bool begin_with_row(struct input *i, const struct record *r, enum columns_line line)
{
    if (line == COLUMNS_NO_KEY) {
        refuse_no_key(i, r);
    } else if (i->has_header) {
        err_at(i->file, i->first_line, "no header, which the first file has; the file is left out");
        leave_out(i);
    } else if (r->count != i->columns.count) {
        err_at(i->file, i->first_line,
               "no header, and %zu field%s instead of the first file's %zu; the file is left out",
               r->count, plural(r->count), i->columns.count);
        leave_out(i);
    } else if (!refuse_other_form(i, r)) {
        i->state = HOLDING; /* until the file has proved to have keys */
        return true;
    }
    return false;
}

static bool begin_first(struct input *i, const struct record *r)
{
    enum columns_line line = columns_from_first(&i->columns, r, &i->wanted);
    i->named = true;
    if (line != COLUMNS_HEADER)
        return begin_with_row(i, r, line);
    keep_header(i, r);
    i->has_header = i->certain = true;
    return false;
}

static bool begin_later(struct input *i, const struct record *r)
{
    struct columns here;
    enum columns_line line = columns_from_first(&here, r, &i->wanted);
    bool row = false;
    if (line != COLUMNS_HEADER) {
        row = begin_with_row(i, r, line);
    } else {
        keep_header(i, r);
        if (!is_in_order(i, r))
            map_header(i, &here);
    }
    columns_clear(&here);
    return row;
}

/* True if the record, the first of a file, is a row. */
static bool begin_file(struct input *i, const struct record *r)
{
    if (i->state == HOLDING)
        refuse_held(i);
    if (i->refused)
        return false;
    i->file = reader_file(i->reader);
    i->file_number = reader_file_number(i->reader);
    i->first_line = reader_line(i->reader);
    buf_empty(&i->header);
    free(i->place);
    i->place = NULL;
    return i->named ? begin_later(i, r) : begin_first(i, r);
}

/* `cat` of two files gives a second header, perhaps after a byte order mark. */
static bool is_header_again(const struct input *i, struct span line)
{
    size_t mark = sizeof byte_order_mark - 1;
    if (line.n == i->header.n + mark && memcmp(line.p, byte_order_mark, mark) == 0)
        line = span_make(line.p + mark, line.n - mark);
    return i->header.n > 0 && span_equal(line, buf_span(&i->header));
}

/* Rejects a record that has another number of fields than the first line. */
static bool check_field_count(struct input *i, const struct record *r)
{
    size_t expected = i->columns.count;
    if (r->count == expected)
        return true;
    reader_reject(i->reader, "%zu field%s, but the first line has %zu", r->count, plural(r->count),
                  expected);
    return false;
}

/* Holds the row back. If it has a key, all rows that are held are passed on now; if it is the last
 * that can be held, the file is refused. */
static void hold_back(struct input *i, const struct record *r)
{
    struct span key = unescape_field(r->fields[i->columns.key], &i->scratch);
    held_rows_add(&i->held, &(struct held_row){.line = r->line,
                                               .raw = reader_raw(i->reader),
                                               .number = reader_line(i->reader)});
    if (i->wanted.kind->fits == NULL || i->wanted.kind->fits(key)) {
        i->certain = true;
        i->state = REPLAYING;
    } else if (held_rows_is_full(&i->held)) {
        refuse_held(i);
    }
}

/* Takes the next row that was held back; false after the last. */
static bool replay(struct input *i)
{
    if (!held_rows_next(&i->held, &i->replayed)) {
        held_rows_clear(&i->held);
        i->state = FLOWING;
        return false;
    }
    record_split(&i->own, i->replayed.line);
    i->row = &i->own;
    return true;
}

/* Puts the fields into the order of the first file. */
static void move_fields(struct input *i, const struct record *r)
{
    buf_empty(&i->line);
    for (size_t k = 0; k < i->columns.count; k++) {
        if (k > 0)
            buf_add_char(&i->line, '\t');
        buf_add_span(&i->line, r->fields[i->place[k]]);
    }
    record_split(&i->own, buf_span(&i->line));
    i->row = &i->own;
}

/* True if the record that was read is a row that can be passed on now. */
static bool take_record(struct input *i, bool is_first)
{
    const struct record *r = i->read;
    if (is_first ? !begin_file(i, r) : is_header_again(i, r->line))
        return false;
    if (!check_field_count(i, r))
        return false;
    if (i->state == HOLDING) {
        hold_back(i, r);
        return false;
    }
    i->row = r;
    if (i->place != NULL)
        move_fields(i, r);
    return true;
}

/* The input pauses, or a file was refused, or all have ended. */
static void decide_held(struct input *i, enum reader_event event)
{
    if (i->state == HOLDING)
        refuse_held(i);
    i->refused = i->refused || (event == READER_REFUSED && !i->certain);
}

enum input_event input_next(struct input *i)
{
    for (;;) {
        if (i->state == REPLAYING && replay(i))
            return INPUT_ROW;
        enum reader_event event = i->refused ? READER_END : reader_next(i->reader);
        if (event <= READER_FIRST_ROW) {
            if (take_record(i, event == READER_FIRST_ROW))
                return INPUT_ROW;
            continue;
        }
        decide_held(i, event);
        if (event == READER_END || i->refused)
            return INPUT_END;
        if (event == READER_PAUSE)
            return INPUT_PAUSE;
    }
}

const struct columns *input_columns(const struct input *i)
{
    return i->certain ? &i->columns : NULL;
}

const struct record *input_row(const struct input *i)
{
    return i->row;
}

const char *input_file(const struct input *i)
{
    return i->file;
}

size_t input_line(const struct input *i)
{
    return i->state == REPLAYING ? i->replayed.number : reader_line(i->reader);
}

void input_reject(struct input *i, const char *why)
{
    if (i->state == REPLAYING)
        reader_reject_copy(i->reader, i->replayed.number, i->replayed.raw, why);
    else
        reader_reject(i->reader, "%s", why);
}

bool input_is_refused(const struct input *i)
{
    return i->refused;
}

int input_fd(const struct input *i)
{
    return reader_fd(i->reader);
}

void input_progress(const struct input *i, uint64_t *done, uint64_t *total)
{
    reader_progress(i->reader, done, total);
}

int input_close(struct input *i)
{
    int status = reader_close(i->reader);
    columns_clear(&i->columns);
    held_rows_clear(&i->held);
    record_clear(&i->own);
    buf_clear(&i->header);
    buf_clear(&i->line);
    buf_clear(&i->scratch);
    free(i->place);
    free(i);
    return status;
}
