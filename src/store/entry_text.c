#include "store/entry_text.h"

#include "base/ascii.h"
#include "base/escape.h"
#include "base/rfc3339.h"
#include "lib/record.h"

#include <inttypes.h>
#include <stdlib.h>

/* The last field is there only if an error is held back. */
enum { FIELDS = 11, FIELDS_V1 = 9 };

/* Marks among the counters: NAME@TIME. */
#define CLEARED   "cleared"
#define DELIVERED "delivered"

static void write_word(struct buf *out, const char *word)
{
    buf_add_char(out, '\t');
    buf_add_string(out, *word != '\0' ? word : "-");
}

static void write_time(struct buf *out, bool set, int64_t time_s)
{
    char text[RFC3339_LENGTH + 1] = "-";
    if (set)
        rfc3339_format(time_s, text);
    write_word(out, text);
}

static void write_number(struct buf *out, char mark, int64_t number)
{
    buf_add_char(out, mark);
    if (number < 0)
        buf_add_char(out, '-');
    buf_add_number(out, number < 0 ? 0 - (uintmax_t)number : (uintmax_t)number, 10);
}

static void write_events(const struct entry *e, struct buf *out)
{
    for (size_t i = 0; i < e->history_count; i++) {
        const struct history *h = &e->history[i];
        buf_add_char(out, i > 0 ? ' ' : '\t');
        buf_add_number(out, h->identity, 16);
        write_number(out, '@', h->time_s);
        buf_add_char(out, '=');
        buf_add_string(out, h->what);
    }
    buf_add_string(out, e->history_count == 0 ? "\t-" : "");
}

static void write_mark(struct buf *out, size_t start, const char *name, int64_t time_s)
{
    if (time_s == ENTRY_NO_TIME)
        return;
    buf_add_string(out, out->n > start ? " " : "");
    buf_add_string(out, name);
    write_number(out, '@', time_s);
}

static const char *const types[] = {
    [QUARANTINE_ANY] = "any",
    [QUARANTINE_HARD] = "hard",
    [QUARANTINE_SOFT] = "soft",
    [QUARANTINE_IGNORED] = "ignored",
};

/* `ID@TIME=WHAT TYPE RECEIVER TEXT` as one field. */
static void write_held(const struct held *h, struct buf *out)
{
    struct buf field = {0};
    buf_add_number(&field, h->identity, 16);
    write_number(&field, '@', h->time_s);
    buf_format(&field, "=%s %s %s ", h->what, types[h->type],
               h->receiver[0] != '\0' ? h->receiver : "-");
    buf_add(&field, h->text, h->text_length);
    buf_add_char(out, '\t');
    escape_field(out, buf_span(&field));
    buf_clear(&field);
}

void entry_write_counters(const struct entry *e, struct buf *out)
{
    size_t start = out->n;
    for (size_t i = 0; i < e->counter_count; i++) {
        const struct counter *c = &e->counters[i];
        buf_add_string(out, i > 0 ? " " : "");
        buf_add_string(out, c->name);
        write_number(out, '=', c->errors);
        write_number(out, '@', c->first_s);
        if (c->last_s != c->first_s)
            write_number(out, ',', c->last_s);
    }
    write_mark(out, start, CLEARED, e->cleared_s);
    write_mark(out, start, DELIVERED, e->delivered_s);
    buf_add_string(out, out->n == start ? "-" : "");
}

void entry_write(const struct entry *e, struct buf *out)
{
    bool plain = e->state == ENTRY_OK || e->state == ENTRY_ERRONEOUS;
    buf_add_string(out, entry_state_name(e->state));
    write_word(out, e->reason);
    write_word(out, e->detail);
    write_number(out, '\t', entry_errors(e));
    write_time(out, !plain, e->since_s);
    write_time(out, e->state == ENTRY_QUARANTINED && e->until_s != QUARANTINE_NEVER, e->until_s);
    buf_add_char(out, '\t');
    entry_write_counters(e, out);
    write_events(e, out);
    write_time(out, e->known_to_s != ENTRY_NO_TIME, e->known_to_s);
    buf_add_char(out, '\t');
    escape_field(out, entry_text(e));
    if (e->held.is_set)
        write_held(&e->held, out);
}

static bool is_unset(struct span field)
{
    return span_is(field, "-");
}

/* Reads the whole number at the start of *s, and moves *s past it and the mark that must follow. If
 * `mark` is NUL, nothing may follow. */
static bool read_number(struct span *s, int base, char mark, uintmax_t *number)
{
    char digits[24], *end;
    size_t n = 0;
    while (n < s->n && s->p[n] != mark && n < sizeof digits - 1) {
        digits[n] = s->p[n];
        n++;
    }
    digits[n] = '\0';
    *number = strtoumax(digits, &end, base);
    bool good = n > 0 && *end == '\0' && (mark == '\0' ? n == s->n : n < s->n && s->p[n] == mark);
    size_t taken = n + (mark != '\0' && good);
    *s = span_make(s->p + taken, s->n - taken);
    return good;
}

/* Reads a time in seconds, of the years that RFC 3339 can write, and the mark that must follow. */
static bool read_moment(struct span *s, char mark, int64_t *time_s)
{
    uintmax_t number;
    if (!read_number(s, 10, mark, &number))
        return false;
    *time_s = (int64_t)number;
    return *time_s >= RFC3339_FIRST_S && *time_s <= RFC3339_LAST_S;
}

static bool is_mark(struct span word, const char *name, struct span *rest)
{
    size_t n = strlen(name);
    *rest = span_make(word.p + n + 1, word.n > n ? word.n - n - 1 : 0);
    return word.n > n + 1 && memcmp(word.p, name, n) == 0 && word.p[n] == '@';
}

/* REASON or REASON/DETAIL: lists are others' input, and bytes of theirs must not get into a line.
 */
static bool is_name(struct span name)
{
    const char *slash = name.n > 0 ? memchr(name.p, '/', name.n) : NULL;
    size_t n = slash != NULL ? (size_t)(slash - name.p) : name.n;
    return quarantine_is_word(span_make(name.p, n)) &&
           (slash == NULL || quarantine_is_word(span_make(slash + 1, name.n - n - 1)));
}

static bool read_counter(struct entry *e, struct span name, struct span rest)
{
    uintmax_t errors;
    int64_t first_s, last_s;
    if (!is_name(name) || span_at(rest, 0) == '-' || !read_number(&rest, 10, '@', &errors))
        return false;
    /* The time of the last error is written only if it is not that of the first. */
    bool one = memchr(rest.p, ',', rest.n) == NULL;
    if (!read_moment(&rest, one ? '\0' : ',', &first_s))
        return false;
    last_s = first_s;
    if (!one && !read_moment(&rest, '\0', &last_s))
        return false;
    struct counter *c = entry_find_counter(e, name);
    if (c == NULL)
        return false;
    c->errors = errors < ENTRY_ERRORS ? (int64_t)errors : ENTRY_ERRORS;
    c->first_s = first_s;
    c->last_s = last_s;
    return true;
}

bool entry_read_counters(struct entry *e, struct span list)
{
    struct span word, rest;
    e->counter_count = 0;
    e->cleared_s = e->delivered_s = ENTRY_NO_TIME;
    while (!is_unset(list) && span_next_word(&list, &word)) {
        const char *equals = memchr(word.p, '=', word.n);
        size_t n = equals != NULL ? (size_t)(equals - word.p) : 0;
        bool good = is_mark(word, CLEARED, &rest)     ? read_moment(&rest, '\0', &e->cleared_s)
                    : is_mark(word, DELIVERED, &rest) ? read_moment(&rest, '\0', &e->delivered_s)
                    : equals == NULL                  ? false
                                                      : read_counter(e, span_make(word.p, n),
                                                                     span_make(equals + 1, word.n - n - 1));
        if (!good)
            return false;
    }
    return true;
}

/* Version 1 wrote events without `=WHAT`. */
static bool read_events(struct entry *e, struct span list)
{
    struct span word;
    while (!is_unset(list) && span_next_word(&list, &word)) {
        const char *equals = memchr(word.p, '=', word.n);
        size_t n = equals != NULL ? (size_t)(equals - word.p) : word.n;
        struct span id = span_make(word.p, n);
        struct span what =
            equals != NULL ? span_make(equals + 1, word.n - n - 1) : span_make("", 0);
        uintmax_t identity, time_s;
        if (e->history_count == ENTRY_HISTORY || what.n >= sizeof e->history->what ||
            !read_number(&id, 16, '@', &identity) || !read_number(&id, 10, '\0', &time_s))
            return false;
        struct history *h = entry_add_history(e, identity, (int64_t)time_s);
        memcpy(h->what, what.p, what.n);
        h->what[what.n] = '\0';
    }
    return true;
}

static bool copy_word(struct span word, char *out, size_t room)
{
    if (word.n >= room)
        return false;
    memcpy(out, word.p, word.n);
    out[word.n] = '\0';
    return true;
}

/* Takes what is before the first `end`, which must be there, off the front of *s. */
static bool cut_at(struct span *s, char end, struct span *word)
{
    const char *at = s->n > 0 ? memchr(s->p, end, s->n) : NULL;
    if (at == NULL)
        return false;
    *word = span_make(s->p, (size_t)(at - s->p));
    *s = span_make(at + 1, s->n - word->n - 1);
    return true;
}

static bool read_held_field(struct held *h, struct span rest)
{
    struct span event, what, type, receiver;
    if (!cut_at(&rest, '=', &event) || !read_number(&event, 16, '@', &h->identity) ||
        !read_moment(&event, '\0', &h->time_s) || !cut_at(&rest, ' ', &what) ||
        !cut_at(&rest, ' ', &type) || !cut_at(&rest, ' ', &receiver) ||
        !copy_word(what, h->what, sizeof h->what) || rest.n > ENTRY_TEXT ||
        !copy_word(is_unset(receiver) ? span_of("") : receiver, h->receiver, sizeof h->receiver))
        return false;
    h->type = QUARANTINE_IGNORED;
    while (h->type > QUARANTINE_ANY && !span_is(type, types[h->type]))
        h->type--;
    h->text_length = entry_cut_text(h->text, rest);
    h->is_set = true;
    return span_is(type, types[h->type]);
}

static bool read_held(struct held *h, struct span field)
{
    struct buf scratch = {0};
    bool good = is_unset(field) || read_held_field(h, unescape_field(field, &scratch));
    buf_clear(&scratch);
    return good;
}

static bool read_time(struct span field, int64_t unset, int64_t *time_s)
{
    *time_s = unset;
    return is_unset(field) || rfc3339_parse(field, time_s);
}

static bool read_text(struct entry *e, struct span field)
{
    struct buf scratch = {0};
    struct span text = unescape_field(field, &scratch);
    bool fits = text.n <= ENTRY_TEXT;
    if (fits)
        entry_keep_text(e, text);
    buf_clear(&scratch);
    return fits;
}

bool entry_read(struct entry *e, struct span text)
{
    struct span fields[FIELDS];
    entry_clear(e);
    fields[FIELDS - 2] = fields[FIELDS - 1] = span_of("-");
    if (record_cut(text, fields, FIELDS) < FIELDS_V1 || !entry_state_find(fields[0], &e->state))
        return false;
    entry_set_reason(e, fields[1], fields[2]);
    return read_time(fields[4], 0, &e->since_s) &&
           read_time(fields[5], QUARANTINE_NEVER, &e->until_s) &&
           entry_read_counters(e, fields[6]) && read_events(e, fields[7]) &&
           read_time(fields[8], ENTRY_NO_TIME, &e->known_to_s) && read_text(e, fields[9]) &&
           read_held(&e->held, fields[10]);
}

/* The number of the state, from 1 on, has the lowest three bits; the end has the others. */
enum { SUMMARY_STATES = 8 };

int64_t entry_summarise(struct span text)
{
    enum { STATE = 0, UNTIL = 5, MOST };
    struct span fields[MOST];
    enum entry_state state;
    int64_t until_s;
    if (record_cut(text, fields, MOST) < MOST || !entry_state_find(fields[STATE], &state) ||
        !read_time(fields[UNTIL], QUARANTINE_NEVER, &until_s))
        return ENTRY_UNREADABLE;
    return until_s * SUMMARY_STATES + (int64_t)state + 1;
}

enum entry_state entry_summary_state(int64_t summary, int64_t now_s)
{
    int64_t number = summary & (SUMMARY_STATES - 1);
    int64_t until_s = (summary - number) / SUMMARY_STATES;
    enum entry_state state = (enum entry_state)(number - 1);
    bool over = state == ENTRY_QUARANTINED && until_s != QUARANTINE_NEVER && now_s >= until_s;
    return over ? ENTRY_OK : state;
}
